/**
 * What the text of a note is made of while it is edited. Nothing of the text as it was written is lost: names and
 * attributes of elements stand as they were spelled, and so does what lies between blocks.
 *
 * Attributes of all elements: `tag`; `attributes`, all between name and bracket; `end`, the end tag where it is not
 * the usual one, empty where there is none. Of blocks: `before`, what stands between the block and the one before it;
 * of containers also `lead` and `tail`, what stands before the first and after the last block. `null` is new, and
 * written as its neighbours are.
 */
import { Schema, type AttributeSpec, type DOMOutputSpec, type Node } from 'prosemirror-model'
import { rules } from './paste'

const own: Record<string, AttributeSpec> = { attributes: { default: '' }, end: { default: null } }
const block = { ...own, before: { default: null } }
const container = { ...block, lead: { default: '' }, tail: { default: '' } }

const boxed = (node: Node): DOMOutputSpec => ['div', { class: 'block', 'data-tag': String(node.attrs['tag']) }, 0]

export const schema = new Schema({
  nodes: {
    doc: { content: 'block+', attrs: { lead: { default: '' }, tail: { default: '' } } },
    // `tag` is `p`; or empty for bare text among those; or null, which is as the others are.
    // `joined` is the number of elements that the blank line before it does not end.
    paragraph: {
      content: 'inline*',
      group: 'block',
      whitespace: 'pre',
      attrs: { ...block, tag: { default: null }, joined: { default: 0 } },
      parseDOM: rules.paragraph,
      toDOM: () => ['p', { dir: 'auto' }, 0],
    },
    // A text with a name of its own: head, label, event.
    line: {
      content: 'inline*',
      group: 'block part',
      whitespace: 'pre',
      defining: true,
      isolating: true,
      attrs: { ...block, tag: { default: 'head' } },
      toDOM: (node) => ['p', { class: 'line', dir: 'auto', 'data-tag': String(node.attrs['tag']) }, 0],
    },
    list: {
      content: 'part+',
      group: 'block',
      attrs: { ...container, tag: { default: 'list' } },
      parseDOM: rules.list,
      toDOM: (node) => (onlyItems(node) ? [isOrdered(node) ? 'ol' : 'ul', 0] : boxed(node)),
    },
    item: {
      content: 'block+',
      group: 'part',
      defining: true,
      attrs: { ...container, tag: { default: 'item' } },
      parseDOM: rules.item,
      toDOM: () => ['li', 0],
    },
    // Any other element that holds blocks.
    container: {
      content: '(block | part)+',
      group: 'block part',
      defining: true,
      isolating: true,
      attrs: { ...container, tag: {} },
      toDOM: boxed,
    },
    text: { group: 'inline' },
    break: {
      inline: true,
      group: 'inline',
      selectable: false,
      attrs: { raw: { default: '<lb/>' } },
      leafText: () => '\n',
      parseDOM: rules.break,
      toDOM: () => ['br'],
    },
    // What has no text of its own: a pointer, a comment, an empty element, an entity that nobody knows.
    opaque: {
      inline: true,
      group: 'inline',
      atom: true,
      attrs: { raw: {} },
      parseDOM: rules.opaque,
      toDOM: (node) => ['span', { class: 'opaque', 'data-raw': String(node.attrs['raw']) }, shortened(String(node.attrs['raw']))],
    },
  },
  marks: {
    // `key` tells apart equal elements that touch or hold each other.
    element: {
      attrs: { ...own, tag: {}, key: { default: 0 } },
      excludes: '',
      inclusive: false,
      parseDOM: rules.element,
      toDOM: ({ attrs }) => ['span', { class: look(attrs), 'data-tag': String(attrs['tag']), 'data-attributes': String(attrs['attributes']) }, 0],
    },
    // Characters that were written in another way than they would be: `&amp;` as against `&#38;`.
    spelled: { attrs: { raw: {}, text: {} }, excludes: '', inclusive: false, toDOM: () => ['span', 0] },
  },
})

/** Whether a list has nothing but items, and so is one to screen readers. */
export function onlyItems(list: Node): boolean {
  let only = true
  list.forEach((node) => (only &&= node.type.name === 'item'))
  return only
}

const isOrdered = (list: Node): boolean => /type\s*=\s*["']ordered/.test(String(list.attrs['attributes']))

const RENDERS = ['bold', 'underline', 'super', 'sub', 'smcaps']

function look(attrs: Record<string, unknown>): string {
  const render = attrs['tag'] === 'emph' ? (/render\s*=\s*["']([^"']*)/.exec(String(attrs['attributes']))?.[1] ?? 'italic') : ''
  const renders = RENDERS.filter((one) => render.includes(one))
  if (render && (render.includes('italic') || renders.length === 0)) renders.push('italic')
  return ['el', ...renders].join(' ')
}

const shortened = (raw: string): string => (raw.length > 40 ? `${raw.slice(0, 39)}…` : raw)
