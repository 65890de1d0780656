/** The form of a kind: sections, lines and fields, from its schema and its layout. Free of any value. */
import { entries, isHidden, layoutOf, names, type Entry, type Layout, type Line, type Widget } from './layout'
import { kindOf, type Property, type Shape } from './schema'

export interface Field {
  /** Name of the property, or of the group. */
  name: string
  property: Property
  /** The members of a group. */
  group?: Property[]
  as?: Widget | 'identifier' | 'checks'
  essential: boolean
  rare: boolean
}

export interface Section {
  name: string
  lines: Field[][]
  summary?: string[]
  /** Only lists and nested records: folds to its summary, and to a button when empty. */
  listy: boolean
}

export interface Form {
  sections: Section[]
  facts: string[]
}

/** Whether a value of this shape is shown as rows below each other. */
export function isListy(shape: Shape): boolean {
  if (shape.type === 'nested' || shape.type === 'oneOf') return true
  return (
    shape.type === 'array' &&
    shape.items.type !== 'uri' &&
    !(shape.items.type === 'link' && plain(shape.items)) &&
    !chips(shape)
  )
}

/** A link that says nothing but where it goes. */
export function plain(shape: Shape): boolean {
  return shape.type === 'link' && shape.properties.every((property) => property.name === 'ref' || property.readOnly)
}

/** Lists of controlled values are check boxes or chips, not rows. */
function chips(shape: Shape): boolean {
  return shape.type === 'array' && shape.items.type === 'text' && shape.items.list !== undefined
}

/** Prose takes a whole line and grows. */
export function isProse(shape: Shape): boolean {
  return shape.type === 'text' && !shape.list && !shape.choices && (shape.max ?? 0) > 20000
}

const made = new Map<string, Form>()

/** The form of a record of its own. */
export function formOf(kind: string): Form {
  const known = made.get(kind)
  if (known) return known
  const layout = layoutOf(kind)
  const form: Form = { sections: sections(kind, layout), facts: layout.facts ?? [] }
  made.set(kind, form)
  return form
}

/** Notes and their parts. */
export function isNote(kind: string | undefined): boolean {
  return kind?.startsWith('note_') === true
}

const linesOf = new Map<string, Field[][]>()

/** The lines of a nested record. */
export function fieldsOf(kind: string): Field[][] {
  const known = linesOf.get(kind)
  if (known) return known
  const layout = layoutOf(kind)
  // Whether a note is published stands in the head of its row.
  const properties = shown(kind, layout).filter((property) => property.name !== 'publish' || !isNote(kind))
  const laid = (layout.fields ?? []).map((line) => fields(line, properties, layout)).filter((line) => line.length > 0)
  const rest = properties.filter((property) => !isLaid(property, layout.fields ?? []))
  const lines = [...laid, ...inPairs(rest, layout)]
  linesOf.set(kind, lines)
  return lines
}

/** The lines of an object without a kind, or of what a link says itself. */
export function linesOfProperties(properties: Property[]): Field[][] {
  return inPairs(
    properties.filter((property) => !['_resolved', 'ref'].includes(property.name) && !property.readOnly),
    {},
  )
}

function sections(kind: string, layout: Layout): Section[] {
  const properties = shown(kind, layout)
  const laid = (layout.sections ?? []).map((section) => {
    const lines = section.fields.map((line) => fields(line, properties, layout)).filter((line) => line.length > 0)
    return { name: section.name, lines, ...(section.summary && { summary: section.summary }), listy: listyLines(lines) }
  })
  const lines = (layout.sections ?? []).flatMap((section) => section.fields)
  const rest = properties.filter((property) => !isLaid(property, lines) && !property.readOnly)
  const flat = rest.filter((property) => !isListy(property.shape))
  const lists = rest.filter((property) => isListy(property.shape))
  const remaining: Section[] = lists.map((property) => ({
    name: property.name,
    lines: [[field(property, layout)]],
    listy: true,
  }))
  if (flat.length > 0) {
    const general = { name: laid.length > 0 ? 'other' : 'identity', lines: inPairs(flat, layout), listy: false }
    if (laid.length > 0) remaining.push(general)
    else remaining.unshift(general)
  }
  return [...laid, ...remaining].filter((section) => section.lines.length > 0)
}

function shown(kind: string, layout: Layout): Property[] {
  return (kindOf(kind)?.properties ?? []).filter((property) => !isHidden(property, layout))
}

function isLaid(property: Property, lines: Line[]): boolean {
  return lines.some((line) => entries(line).some((entry) => names(entry).includes(property.name)))
}

function listyLines(lines: Field[][]): boolean {
  return lines.every((line) => line.every((one) => isListy(one.property.shape) || isLinks(one.property.shape)))
}

function isLinks(shape: Shape): boolean {
  return shape.type === 'array' && (shape.items.type === 'link' || shape.items.type === 'uri')
}

function fields(line: Line, properties: Property[], layout: Layout): Field[] {
  return entries(line).flatMap((entry) => {
    const known = names(entry).flatMap((name) => properties.filter((property) => property.name === name))
    const first = known[0]
    if (!first) return []
    if (typeof entry !== 'string' && 'fields' in entry) return [group(entry, first, known, layout)]
    return [field(first, layout, typeof entry === 'string' ? undefined : (entry.as as Widget))]
  })
}

function group(
  entry: Exclude<Entry, string> & { fields: string[] },
  first: Property,
  all: Property[],
  layout: Layout,
): Field {
  const essential =
    all.some((property) => field(property, layout).essential) || !!layout.essential?.includes(entry.name)
  return { name: entry.name, property: first, group: all, as: entry.as ?? 'checks', essential, rare: false }
}

function field(property: Property, layout: Layout, as?: Widget): Field {
  return {
    name: property.name,
    property,
    ...(as && { as }),
    essential: !!property.required || !!property.warned || !!layout.essential?.includes(property.name),
    rare: !!layout.rare?.includes(property.name),
  }
}

/** Short fields stand in pairs, long ones alone. */
function inPairs(properties: Property[], layout: Layout): Field[][] {
  const lines: Field[][] = []
  let open = false
  for (const property of properties) {
    const one = field(property, layout)
    const short = !isProse(property.shape) && !isListy(property.shape) && property.shape.type !== 'array'
    if (short && open) lines.at(-1)?.push(one)
    else lines.push([one])
    open = short && !open
  }
  return lines
}
