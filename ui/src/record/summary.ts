/** One line that tells a record, a section or an item: templates of schemas/forms filled with a person's words. */
import { fieldLabel, kindLabel, valueLabel } from '@/i18n/labels'
import { maybe } from '@/i18n'
import { layoutOf } from './layout'
import { plainText } from './markup'
import { hasContent, isObject, type Doc, type Json } from './pointer'
import { kindOf, kindOfItem, propertiesOf, type Property, type Shape } from './schema'

/** Titles of linked records, by address. */
export type Titles = (uri: string) => string | undefined

/** Longest summary in characters; what is cut stands in the opened row. */
const LONGEST = 240
const MOST_ITEMS = 6
const SEPARATOR = ' · '

/** Value of a controlled list, or of a closed choice, in words. */
export function choiceLabel(shape: Shape, declaredBy: string, name: string, value: string): string {
  if (shape.type !== 'text') return value
  if (shape.list) return valueLabel(shape.list, value)
  return maybe(`choice-${declaredBy}-${name}-${value}`) ?? sentence(value)
}

function sentence(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The summary of an item of a list, or of a nested record; `brief` where it is one of several in a line. */
export function summaryOf(shape: Shape, value: Json | undefined, titles: Titles, brief = false): string {
  if (typeof value === 'string') return cut(isAddress(value) ? titles(value) || value : textOf(shape, value))
  if (!isObject(value)) return ''
  const kind = kindOfItem(shape, value)
  const layout = kind ? layoutOf(kind) : {}
  const parts = (brief && layout.brief) || layout.summary
  const properties = propertiesOf(shape, value)
  if (shape.type === 'link' || (shape.type === 'array' && shape.items.type === 'link'))
    return linkSummary(value, titles)
  return cut(parts ? fill(parts, properties, value, titles) : filled(properties, value, titles))
}

/** The first words of an item's row: what sort of thing it is. */
export function headOf(shape: Shape, value: Json | undefined, titles: Titles): string {
  const items = shape.type === 'array' ? shape.items : shape
  const kind = isObject(value) && items.type !== 'link' ? kindOfItem(shape, value) : undefined
  return ownHead(shape, value, titles) || (kind ? kindLabel(kind) : '')
}

/** The same where its own values tell it. */
function ownHead(shape: Shape, value: Json | undefined, titles: Titles): string {
  if (!isObject(value)) return ''
  const items = shape.type === 'array' ? shape.items : shape
  if (items.type === 'link') return linkHead(items.properties, value)
  const kind = kindOfItem(shape, value)
  const head = kind ? layoutOf(kind).head : undefined
  return head ? fill([head], propertiesOf(shape, value), value, titles) : ''
}

function linkHead(properties: Property[], value: Doc): string {
  const role = properties.find((property) => property.name === 'role')
  const said = value['role']
  return role && typeof said === 'string' ? choiceLabel(role.shape, role.declaredBy, 'role', said) : ''
}

function linkSummary(value: Doc, titles: Titles): string {
  const uri = value['ref']
  const relator = value['relator']
  const words = [
    typeof uri === 'string' ? titles(uri) || uri : '',
    typeof relator === 'string' ? valueLabel('linked_agent_archival_record_relators', relator) : '',
    typeof value['title'] === 'string' ? value['title'] : '',
  ]
  return cut(words.filter(Boolean).join(SEPARATOR))
}

/** Parts of a layout filled from a document, joined. */
export function fill(parts: readonly string[], properties: Property[], document: Doc, titles: Titles): string {
  return parts
    .map((part) => fillPart(part, properties, document, titles))
    .filter(Boolean)
    .join(SEPARATOR)
}

function fillPart(part: string, properties: Property[], document: Doc, titles: Titles): string {
  for (const alternative of split(part)) {
    let complete = true
    const text = alternative.replace(/\{([^}]*)\}/g, (_, paths: string) => {
      const found = paths
        .split('|')
        .map((path) => at(path, properties, document, titles))
        .find(Boolean)
      if (!found) complete = false
      return found ?? ''
    })
    if (complete) return text
  }
  return ''
}

/** Alternatives: `|` outside braces. */
function split(part: string): string[] {
  return part.split(/\|(?![^{]*\})/)
}

function at(path: string, properties: Property[], document: Doc, titles: Titles): string {
  const [name = '', ...rest] = path.split('.')
  if (name === 'identifier' && !('identifier' in document)) return identifierOf(document)
  const property = properties.find((one) => one.name === name)
  const value = document[name]
  if (!property || value === undefined || value === null) return ''
  if (rest.length > 0 && Array.isArray(value)) {
    const item = value[Number(rest[0])]
    return isObject(item) ? at(rest.slice(1).join('.'), propertiesOf(property.shape, item), item, titles) : ''
  }
  if (rest.length > 0) {
    return isObject(value) ? at(rest.join('.'), propertiesOf(property.shape, value), value, titles) : ''
  }
  return valueText(property, value, titles)
}

/** A value as a person reads it; empty when there is nothing to say. */
export function valueText(property: Property, value: Json | undefined, titles: Titles): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'boolean') return switchText(property, value)
  if (Array.isArray(value)) return listText(property, value, titles)
  if (isObject(value)) {
    return summaryOf(property.shape, value, titles, true) || ownHead(property.shape, value, titles)
  }
  if (typeof value === 'string' && isAddress(value)) return titles(value) || value
  return choiceOrText(property, value)
}

function choiceOrText(property: Property, value: string | number): string {
  const shape = property.shape.type === 'array' ? property.shape.items : property.shape
  if (shape.type === 'text' && (shape.list || shape.choices)) {
    return choiceLabel(shape, property.declaredBy, property.name, String(value))
  }
  return textOf(shape, String(value))
}

function switchText(property: Property, value: boolean): string {
  if (property.name === 'publish') return maybe(value ? 'fact-published' : 'fact-unpublished') ?? ''
  return value
    ? (maybe(`${property.declaredBy}-${property.name}.on`) ?? fieldLabel(property.declaredBy, property.name))
    : ''
}

function listText(property: Property, values: Json[], titles: Titles): string {
  const shape = property.shape.type === 'array' ? property.shape.items : property.shape
  const texts = values.slice(0, MOST_ITEMS).map((value) => valueText({ ...property, shape }, value, titles))
  const more = values.length > MOST_ITEMS ? ' …' : ''
  return cut(texts.filter(Boolean).join('; ')) + more
}

function textOf(_shape: Shape, value: string): string {
  return cut(plainText(value))
}

/** The identifier in four parts, joined as it is spoken of. */
export function identifierOf(document: Doc): string {
  const parts = ['id_0', 'id_1', 'id_2', 'id_3'].map((name) => document[name])
  return parts.filter((part) => typeof part === 'string' && part !== '').join('.')
}

/** Without a layout: the filled fields in the order of the schema. */
function filled(properties: Property[], document: Doc, titles: Titles): string {
  const texts: string[] = []
  for (const property of properties) {
    if (texts.length === 4) break
    if (property.readOnly || ['jsonmodel_type', 'lock_version', 'uri', 'publish'].includes(property.name)) continue
    const text = valueText(property, document[property.name], titles)
    if (text) texts.push(text)
  }
  return texts.join(SEPARATOR)
}

/** What a folded section says. */
export function sectionSummary(
  section: { lines: { property: Property; group?: Property[] }[][]; summary?: string[] },
  kind: string,
  document: Doc,
  titles: Titles,
): string {
  if (section.summary) return cut(fill(section.summary, kindOf(kind)?.properties ?? [], document, titles))
  const properties = section.lines.flat().flatMap((field) => field.group ?? [field.property])
  const texts: string[] = []
  for (const property of properties) {
    const value = document[property.name]
    if (!hasContent(value)) continue
    if (Array.isArray(value)) texts.push(...value.slice(0, MOST_ITEMS).map((item) => itemText(property, item, titles)))
    else texts.push(valueText(property, value, titles))
    if (texts.length > MOST_ITEMS) break
  }
  return cut(texts.filter(Boolean).join(SEPARATOR))
}

/** An item in the summary of its section: short, and with its role if it has one. */
function itemText(property: Property, item: Json, titles: Titles): string {
  const items = property.shape.type === 'array' ? property.shape.items : property.shape
  if (items.type === 'oneOf' && nestedNotes(items.kinds)) return headOf(items, item, titles)
  if (items.type === 'link' && isObject(item) && typeof item['ref'] === 'string') {
    const title = titles(item['ref']) || item['ref']
    const role = linkHead(items.properties, item)
    return role ? `${title} (${role.toLowerCase()})` : title
  }
  return valueText({ ...property, shape: items }, item, titles)
}

function nestedNotes(kinds: string[]): boolean {
  return kinds.every((kind) => kind.startsWith('note_'))
}

function isAddress(value: string): boolean {
  return /^\/[a-z_]+\/\S+$/.test(value)
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text
}
