/** What of pasted text is kept: paragraphs, lists, emphasis, and what was copied from a note. */
import type { ParseRule, Slice, TagParseRule } from 'prosemirror-model'
import { Fragment, Slice as PastedSlice, type Node, type Schema } from 'prosemirror-model'
import { flaw } from '../markup'

const emph = (render: string) => ({ tag: 'emph', attributes: ` render="${render}"` })
const bold = (weight: string) => /^(bold(er)?|[6-9]\d\d)$/.test(weight)

const ATTRIBUTES = /^(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*$/
const NAME = /^[A-Za-z_][\w.:-]*$/

/** An element of a note on the clipboard; anything may stand there, so it is looked at first. */
function copied(element: HTMLElement) {
  const { tag = '', attributes = '' } = element.dataset
  return NAME.test(tag) && ATTRIBUTES.test(attributes) ? { tag, attributes } : false
}

export const rules = {
  paragraph: [{ tag: 'p' }] as TagParseRule[],
  list: [
    { tag: 'ul', attrs: { attributes: ' type="marked"' } },
    { tag: 'ol', attrs: { attributes: ' type="ordered"' } },
  ] as TagParseRule[],
  item: [{ tag: 'li' }] as TagParseRule[],
  break: [{ tag: 'br.Apple-interchange-newline', ignore: true }, { tag: 'br' }] as TagParseRule[],
  opaque: [
    {
      tag: 'span[data-raw]',
      getAttrs: (element) => {
        const raw = element.dataset['raw'] ?? ''
        return flaw(raw) ? false : { raw }
      },
    },
  ] as TagParseRule[],
  element: [
    { tag: 'span[data-tag]', getAttrs: copied },
    { tag: 'i', attrs: emph('italic') },
    { tag: 'em', attrs: emph('italic') },
    { tag: 'strong', attrs: emph('bold') },
    // Some programs wrap everything in a <b> that is not bold.
    { tag: 'b', getAttrs: (element: HTMLElement) => element.style.fontWeight !== 'normal' && emph('bold') },
    { style: 'font-style=italic', attrs: emph('italic') },
    { style: 'font-weight', getAttrs: (weight: string) => bold(weight) && emph('bold') },
  ] as ParseRule[],
}

/** Line ends in the source of a pasted page mean nothing. */
export function joinLines(slice: Slice): Slice {
  return new PastedSlice(each(slice.content), slice.openStart, slice.openEnd)
}

function each(content: Fragment): Fragment {
  const nodes: Node[] = []
  content.forEach((node) => {
    if (!node.isText) return void nodes.push(node.copy(each(node.content)))
    const text = (node.text ?? '').replace(/\s*\n\s*/g, ' ')
    if (text) nodes.push(node.type.schema.text(text, node.marks))
  })
  return Fragment.from(nodes)
}

/** Plain text: a blank line ends a paragraph. */
export function pasteText(schema: Schema, text: string): Slice {
  const paragraphs = text
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n\s*/)
    .map((part) => schema.node('paragraph', null, part ? schema.text(part) : undefined))
  return new PastedSlice(Fragment.from(paragraphs), 1, 1)
}
