/** Inline markup in text: the tags of EAD that descriptions may carry, and whether they are well-formed. */

/** What the toolbar offers: name of its label, element and attributes. */
export const ELEMENTS = [
  { name: 'emphasis', tag: 'emph', attributes: ' render="italic"' },
  { name: 'title', tag: 'title', attributes: '' },
  { name: 'persname', tag: 'persname', attributes: '' },
  { name: 'famname', tag: 'famname', attributes: '' },
  { name: 'corpname', tag: 'corpname', attributes: '' },
  { name: 'date', tag: 'date', attributes: '' },
  { name: 'geogname', tag: 'geogname', attributes: '' },
  { name: 'link', tag: 'extref', attributes: ' href=""' },
] as const

export type Element = (typeof ELEMENTS)[number]

export interface Flaw {
  /** `amp`, `tag`, `unclosed`, `unopened`, `attribute`. */
  code: 'amp' | 'bracket' | 'unclosed' | 'unopened' | 'attribute'
  /** Place in the text, in UTF-16 code units. */
  from: number
  to: number
  /** The element, where there is one. */
  tag?: string
}

const TOKEN = /<(\/?)([A-Za-z][\w.:-]*)([^<>]*?)(\/?)>|<!--[\s\S]*?-->|&(?:[A-Za-z][\w]*|#\d+|#x[\dA-Fa-f]+);|[<&]/g
const ATTRIBUTES = /^(?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*$/

/** The first place where the text is not well-formed. Plain text always is, as long as it has no bare `<` or `&`. */
export function flaw(text: string): Flaw | undefined {
  const open: { tag: string; from: number; to: number }[] = []
  for (const match of text.matchAll(TOKEN)) {
    const [token, closing, tag, attributes = '', empty] = match
    const from = match.index
    const to = from + token.length
    if (token === '&') return { code: 'amp', from, to }
    if (token === '<') return { code: 'bracket', from, to }
    if (!tag) continue
    if (closing) {
      const last = open.pop()
      if (last?.tag !== tag) return last ? { code: 'unclosed', ...last } : { code: 'unopened', from, to, tag }
    } else if (!ATTRIBUTES.test(attributes)) {
      return { code: 'attribute', from, to, tag }
    } else if (!empty) {
      open.push({ tag, from, to })
    }
  }
  const last = open.pop()
  return last && { code: 'unclosed', ...last }
}

/** Whether the text uses markup at all: only then a bare `&` is a flaw worth telling. */
export function hasMarkup(text: string): boolean {
  return /<\/?[A-Za-z][^<>]*>/.test(text)
}

/** The text with its first flaw put right. */
export function mend(text: string, wrong: Flaw): string {
  switch (wrong.code) {
    case 'amp':
      return `${text.slice(0, wrong.from)}&amp;${text.slice(wrong.to)}`
    case 'bracket':
      return `${text.slice(0, wrong.from)}&lt;${text.slice(wrong.to)}`
    case 'unclosed':
      return text + `</${wrong.tag}>`
    case 'unopened':
      return text.slice(0, wrong.from) + text.slice(wrong.to)
    case 'attribute':
      return `${text.slice(0, wrong.from)}<${wrong.tag}>${text.slice(wrong.to)}`
  }
}

/** The words without tags; entities as characters. */
export function plainText(text: string): string {
  if (!/[<&]/.test(text)) return text.replace(/\s+/g, ' ').trim()
  return text
    .replace(/<\/?[A-Za-z][^<>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .replace(/ ([,.;:!?)])/g, '$1')
    .trim()
}

/** Names of the elements that the caret stands in, outermost first. */
export function pathAt(text: string, caret: number): string[] {
  const open: string[] = []
  for (const match of text.matchAll(TOKEN)) {
    if (match.index >= caret) break
    const [, closing, tag, , empty] = match
    if (!tag || empty) continue
    if (closing) open.pop()
    else open.push(tag)
  }
  return open
}

/** The text with the selection put into an element, and what is selected then. */
export function wrap(text: string, from: number, to: number, element: Pick<Element, 'tag' | 'attributes'>) {
  const start = `<${element.tag}${element.attributes}>`
  const end = `</${element.tag}>`
  const written = text.slice(0, from) + start + text.slice(from, to) + end + text.slice(to)
  const href = start.indexOf('href="')
  const at = href < 0 ? from + start.length : from + href + 'href="'.length
  return { text: written, from: at, to: href < 0 ? to + start.length : at }
}

/** How many words the text has. */
export function wordCount(text: string): number {
  return plainText(text).split(/\s+/).filter(Boolean).length
}
