/** The edited document to the text of the note. */
import type { Mark, Node } from 'prosemirror-model'
import { isPlain } from '../markup'

/** Where a piece of text of the document came to stand in the written text. */
export interface Place {
  pos: number
  offset: number
  node: Node
  bare: boolean
}

/** Writes a document: always well-formed; what came in and was not changed, as it came. */
export function serialize(doc: Node): string {
  return write(doc).text
}

export function write(doc: Node): { text: string; places: Place[] } {
  const written = writer(doc, true)
  // The bare signs of plain text are flaws as soon as there is markup beside them.
  const bare = written.places.some(({ node }) => node.marks.some((mark) => /^[&<]$/.test(String(mark.attrs['raw']))))
  return bare && !isPlain(written.text) ? writer(doc, false) : written
}

function writer(doc: Node, bare: boolean) {
  const places: Place[] = []
  let text = ''
  let open: Mark[] = []

  function closeTo(count: number): void {
    for (const mark of open.slice(count).reverse()) text += mark.attrs['end'] ?? `</${mark.attrs['tag']}>`
    open = open.slice(0, count)
  }

  function inline(node: Node, start: number): void {
    node.forEach((child, at) => {
      const marks = elements(child)
      closeTo(common(open, marks))
      for (const mark of marks.slice(open.length)) text += `<${mark.attrs['tag']}${mark.attrs['attributes']}>`
      open = marks
      if (child.isText) places.push({ pos: start + at, offset: text.length, node: child, bare })
      text += child.isText ? escape(child, bare) : String(child.attrs['raw'])
    })
  }

  function blocks(parent: Node, start: number): void {
    let before: Node | undefined
    parent.forEach((node, at, index) => {
      if (index > 0 && isUnwritten(node)) return
      if (!isBare(node, parent) || node.attrs['joined'] === 0) closeTo(0)
      else closeTo(Math.min(Number(node.attrs['joined']), node.firstChild ? common(open, elements(node.firstChild)) : 0))
      if (before) text += between(parent, before, node, index)
      block(node, parent, start + at + 1)
      if (!isBare(node, parent) || !isUnwritten(node)) before = node
    })
    closeTo(0)
  }

  function block(node: Node, parent: Node, start: number): void {
    const bareText = isBare(node, parent)
    const { attributes, end, lead = '', tail = '' } = node.attrs as Record<string, string>
    const tag = node.attrs['tag'] || 'p'
    const from = text.length
    const first = places.length
    if (node.isTextblock) inline(node, start)
    else {
      text += lead
      blocks(node, start)
      text += tail
    }
    if (bareText) return
    closeTo(0)
    const content = text.slice(from)
    const isEmpty = content === '' && end === ''
    const opening = isEmpty ? `<${tag}${attributes}/>` : `<${tag}${end === '' ? attributes?.trimEnd() : attributes}>`
    for (const place of places.slice(first)) place.offset += opening.length
    text = text.slice(0, from) + opening + content + (isEmpty ? '' : end || `</${tag}>`)
  }

  text += doc.attrs['lead']
  blocks(doc, 0)
  text += doc.attrs['tail']
  return { text, places }
}

export const elements = (node: Node): Mark[] => node.marks.filter((mark) => mark.type.name === 'element')

function common(a: Mark[], b: Mark[]): number {
  const at = a.findIndex((mark, index) => !b[index]?.eq(mark))
  return at < 0 ? a.length : at
}

/** Text without a tag of its own, by its neighbours where it is new. */
function isBare(node: Node, parent: Node): boolean {
  if (node.type.name !== 'paragraph' || node.attrs['tag'] === 'p') return false
  if (node.attrs['tag'] === '') return true
  let tagged = false
  parent.forEach((one) => (tagged ||= one.attrs['tag'] === 'p'))
  return !tagged
}

/** A paragraph that was begun and has no text yet. */
const isUnwritten = (node: Node): boolean =>
  node.type.name === 'paragraph' && node.content.size === 0 && (node.attrs['tag'] !== 'p' || node.attrs['before'] === null)

/** What stands between two blocks. */
function between(parent: Node, before: Node, node: Node, index: number): string {
  const written = node.attrs['before'] as string | null
  const both = isBare(before, parent) && isBare(node, parent)
  if (written !== null) return both && !/\n[ \t\r]*\n/.test(written) ? '\n\n' : written
  if (both) return '\n\n'
  const like = index > 1 ? (parent.child(index - 1).attrs['before'] as string | null) : String(parent.attrs['lead'])
  if (like?.trim() === '' && before.type === node.type && before.attrs['tag'] === (node.attrs['tag'] ?? 'p')) return like
  const apart = parent.type.name === 'doc' && !isTagged(before) && !isTagged(node)
  return apart ? '\n\n' : ''
}

const isTagged = (node: Node): boolean => node.attrs['tag'] === 'p' || node.type.name === 'line'

/** A text as it is written; characters that came spelled otherwise stay so. */
export function escape(node: Node, bare: boolean, length = Infinity): string {
  const spelled = node.marks.find((mark) => mark.type.name === 'spelled')?.attrs
  const all = node.text ?? ''
  const text = all.slice(0, length)
  if (!spelled) return escaped(text)
  const raw = String(spelled['raw'])
  const own = String(spelled['text'])
  return text
    .split(own)
    .map(escaped)
    .join(raw.length > 1 || bare ? raw : escaped(raw))
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** The place in the written text of a place in the document. */
export function offsetAt(doc: Node, pos: number): number {
  const { places, text } = write(doc)
  const place = places.findLast((one) => one.pos <= pos) ?? places[0]
  if (!place) return text.length
  return place.offset + escape(place.node, place.bare, Math.max(0, pos - place.pos)).length
}

/** The place in the document of a place in the written text. */
export function posAt(doc: Node, offset: number): number {
  const { places } = write(doc)
  const place = places.findLast((one) => one.offset <= offset) ?? places[0]
  if (!place) return 1
  const text = place.node.text ?? ''
  let at = 0
  while (at < text.length && place.offset + escape(place.node, place.bare, at + 1).length <= offset) at++
  return place.pos + at
}
