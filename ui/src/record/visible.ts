/** Which sections, lines and fields are shown now. */
import type { FormState } from './form.svelte'
import { properties } from './form.svelte'
import { belongs } from './items'
import type { Field, Section } from './model'
import { child, hasContent, pointerOf, type Json } from './pointer'

/** Whether a field of the record itself is shown: always with a value, a problem, or when gone to. */
export function isShown(form: FormState, kind: string, field: Field, base: string): boolean {
  const members = field.group ?? [field.property]
  const document = form.get(base)
  if (!members.some((property) => belongs(kind, property.name, document))) return false
  if (members.some((property) => filled(form, child(base, property.name)))) return true
  if (members.every((property) => property.readOnly)) return false
  return form.all || field.essential
}

function filled(form: FormState, pointer: string): boolean {
  if (form.revealed.has(pointer) || hasContent(form.get(pointer))) return true
  const mark = form.mark(pointer)
  return mark.errors + mark.warnings > 0 || form.removed.some((removed) => removed.list === pointer)
}

/** Sections that are a button in the last line: those of lists without any, and those with nothing to show. */
export function hiddenSections(form: FormState): Section[] {
  return form.form.sections.filter((section) => {
    const names = properties(section)
    if (names.some((name) => filled(form, pointerOf([name])))) return false
    const fields = section.lines.flat()
    if (section.listy) return !fields.some((field) => field.essential)
    return !fields.some((field) => isShown(form, form.kind, field, ''))
  })
}

/** Filled fields, or items, of a section. */
export function countOf(section: Section, document: Json | undefined): number {
  const values = properties(section).map((name) =>
    typeof document === 'object' && document !== null && !Array.isArray(document) ? document[name] : undefined,
  )
  return values.reduce<number>(
    (total, value) => total + (Array.isArray(value) ? value.length : hasContent(value) ? 1 : 0),
    0,
  )
}
