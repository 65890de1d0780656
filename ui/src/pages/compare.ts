// A field of a record at a pointer, in words: its name, where it stands, what a value says.
import type { Doc, Json } from '@/backend'
import { fieldLabel } from '@/i18n/labels'
import { get, isObject, tokens } from '@/record/pointer'
import { kindOf, propertiesOf, type Property, type Shape } from '@/record/schema'
import { headOf, summaryOf, valueText, type Titles } from '@/record/summary'
import { plainText } from '@/record/markup'
import { diffItems, diffWords, type Part } from '@/shared/diff'

export interface Place {
  /** The field's name, and what it stands in: `End`, `Dates › 1`. */
  name: string
  within: string
  property: Property | undefined
  shape: Shape | undefined
}

/** What a pointer points at, in a record of a kind. */
export function placeOf(kind: string, document: Doc, pointer: string): Place {
  const labels: string[] = []
  let property: Property | undefined
  let shape: Shape | undefined
  let at = ''
  for (const token of tokens(pointer)) {
    const value = get(document, at)
    at += `/${token}`
    if (shape?.type === 'array') {
      shape = shape.items
      const item = get(document, at)
      const head = isObject(item) ? headOf(shape, item, () => undefined) : ''
      labels.push(head || (/^\d+$/.test(token) ? String(Number(token) + 1) : ''))
      continue
    }
    const all: Property[] = shape ? propertiesOf(shape, value) : (kindOf(kind)?.properties ?? [])
    property = all.find((p) => p.name === token)
    shape = property?.shape
    labels.push(property ? fieldLabel(property.declaredBy, property.name) : token)
  }
  const named = labels.filter(Boolean)
  return { name: named.at(-1) ?? '', within: named.slice(0, -1).join(' › '), property, shape }
}

/** What a value says at a place, whole. */
export function words(place: Place, value: Json | undefined, titles: Titles): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'string' && place.shape?.type === 'text' && !place.shape.list && !place.shape.choices) return plainText(value)
  if (isObject(value) && place.shape) return [headOf(place.shape, value, titles), summaryOf(place.shape, value, titles)].filter(Boolean).join(': ')
  if (place.property && place.shape) return valueText({ ...place.property, shape: place.shape }, value, titles)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What a value says, with what changed against another: words of a text, items of a list. */
export function compared(place: Place, old: Json | undefined, now: Json | undefined, titles: Titles): Part[][] {
  if (!Array.isArray(old) && !Array.isArray(now)) return [diffWords(words(place, old, titles), words(place, now, titles))]
  const inner: Place = { ...place, shape: place.shape?.type === 'array' ? place.shape.items : place.shape }
  const list = (value: Json | undefined) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
  const items = diffItems(list(old), list(now), (x, y) => JSON.stringify(x) === JSON.stringify(y))
  return items.map(({ item, how }) => [{ text: words(inner, item, titles), how }])
}

/** Whether a pointer is about who may see the material: such a choice is never made beforehand. */
export const aboutAccess = (pointer: string): boolean => /restriction|accessrestrict|publish|local_access/.test(pointer)

/** Leaf fields that differ between two documents, as pointers. */
export function differences(old: Json | undefined, now: Json | undefined, at = ''): string[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return []
  if (!isObject(old) || !isObject(now)) return [at]
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return names.filter((name) => at !== '' || !kept.has(name)).flatMap((name) => differences(old[name], now[name], `${at}/${name}`))
}

// Bookkeeping of the desk and the server, which nobody compares.
const kept = new Set([
  'lock_version', 'uri', 'jsonmodel_type', 'create_time', 'system_mtime', 'user_mtime', 'created_by', 'last_modified_by',
  'display_string', 'position', 'ancestors', 'tree', 'repository', 'slug', 'is_slug_auto', 'long_display_string',
])
