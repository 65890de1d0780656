/** Names of sections and fields. */
import { maybe, t } from '@/i18n'
import { fieldHelp, fieldLabel } from '@/i18n/labels'
import type { FormState } from './form.svelte'
import type { Field, Section } from './model'
import { tokens } from './pointer'
import { kindOf, propertiesOf, type Property, type Shape } from './schema'

export function sectionLabel(section: Section): string {
  const only = section.lines[0]?.[0]?.property
  return maybe(`section-${section.name}`) ?? (only ? fieldLabel(only.declaredBy, only.name) : section.name)
}

export function labelOf(field: Field): string {
  if (field.property.name === 'ref') return t('link-record')
  const own = maybe(`group-${field.name}`)
  return field.group && own ? own : fieldLabel(field.property.declaredBy, field.property.name)
}

export function helpOf(field: Field): string | undefined {
  return fieldHelp(field.property.declaredBy, field.property.name)
}

/** A label inside a sentence: "persistent ID", but "EAD ID". */
export function midSentence(label: string): string {
  return /^[A-Z][A-Z]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1)
}

/** What one more item of a list is called: "a date". */
export function itemLabel(property: Property): string {
  const label = fieldLabel(property.declaredBy, property.name)
  return maybe(`item-${property.name}`) ?? midSentence(label)
}

/** The property at a pointer, with the label of each step. */
export function trail(form: FormState, pointer: string): { labels: string[]; property: Property | undefined } {
  const labels: string[] = []
  let shape: Shape | undefined
  let property: Property | undefined
  let at = ''
  for (const token of tokens(pointer)) {
    const value = form.get(at)
    at += `/${token}`
    if (/^\d+$/.test(token) && Array.isArray(value)) {
      labels.push(String(Number(token) + 1))
      if (shape?.type === 'array') shape = shape.items
      continue
    }
    const all: Property[] = shape ? propertiesOf(shape, value) : (kindOf(form.kind)?.properties ?? [])
    property = all.find((one) => one.name === token)
    shape = property?.shape
    labels.push(property ? fieldLabel(property.declaredBy, property.name) : token)
  }
  return { labels, property }
}
