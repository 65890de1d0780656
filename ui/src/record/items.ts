/** New items of lists, and which fields of a nested record make sense beside the others. */
import { kindLabel, valueLabel } from '@/i18n/labels'
import { layoutOf } from './layout'
import { hasContent, isObject, type Doc, type Json } from './pointer'
import { kindOf, nestedKinds, propertyOf, type Shape } from './schema'

/** One thing that may be added to a list. */
export interface Choice {
  id: string
  label: string
  kind: string | undefined
  item: Json
}

/** A new record of a nested kind: what its layout begins with, and defaults. */
export function newItem(kind: string | undefined, more: Doc = {}): Doc {
  const properties = kind ? (kindOf(kind)?.properties ?? []) : []
  const defaults = properties.flatMap((property) => {
    const value = property.default
    return value === undefined || value === null || value === '' || property.readOnly
      ? []
      : [[property.name, value] as const]
  })
  const begin = kind ? (layoutOf(kind).new ?? {}) : {}
  return { ...(kind && { jsonmodel_type: kind }), ...Object.fromEntries(defaults), ...structuredClone(begin), ...more }
}

/**
 * What may be added to a list: one choice for plain lists; for lists of several
 * kinds one a kind, or one a type where the kind has types (scope and contents, …).
 */
export function choicesOf(shape: Shape, values: (list: string) => string[]): Choice[] {
  const items = shape.type === 'array' ? shape.items : shape
  if (items.type === 'object' || items.type === 'link') return [{ id: '', label: '', kind: undefined, item: {} }]
  if (items.type === 'text') return [{ id: '', label: '', kind: undefined, item: '' }]
  const kinds = nestedKinds(items)
  if (kinds.length === 1 && items.type !== 'oneOf')
    return [{ id: '', label: '', kind: kinds[0], item: newItem(kinds[0]) }]
  return kinds.flatMap((kind) => typed(kind, values))
}

function typed(kind: string, values: (list: string) => string[]): Choice[] {
  for (const name of ['type', 'relator']) {
    const property = propertyOf(kind, name)
    if (!property || property.readOnly || property.shape.type !== 'text' || !property.shape.list) continue
    const list = property.shape.list
    return values(list).map((value) => ({
      id: `${kind} ${value}`,
      label: valueLabel(list, value),
      kind,
      item: newItem(kind, { [name]: value }),
    }))
  }
  return [{ id: kind, label: kindLabel(kind), kind, item: newItem(kind) }]
}

/** Whether a field belongs beside the present values: the conditions of the layout. A filled field always does. */
export function belongs(kind: string | undefined, name: string, document: Json | undefined): boolean {
  const when = kind ? layoutOf(kind).when?.[name] : undefined
  if (!when) return true
  const values = isObject(document) ? document : {}
  if (hasContent(values[name])) return true
  return Object.entries(when).every(([member, allowed]) =>
    allowed.some((one) => fits(one, String(values[member] ?? ''))),
  )
}

/** `!value` is any other value. */
function fits(allowed: string, value: string): boolean {
  return allowed.startsWith('!') ? allowed.slice(1) !== value : allowed === value
}
