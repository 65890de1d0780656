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
export const elementOf = (name: Element['name']): Element => ELEMENTS.find((one) => one.name === name) ?? ELEMENTS[0]

export interface Flaw {
  code: 'amp' | 'bracket' | 'unclosed' | 'unopened' | 'attribute' | 'empty'
  /** Place in the text, in UTF-16 code units. */
  from: number
  to: number
  /** The element, where there is one. */
  tag?: string
  /** Where the end tag that is missing belongs. */
  at?: number
}

/** A piece of markup; what lies between two of them is text. */
export interface Token {
  kind: 'start' | 'end' | 'empty' | 'comment' | 'entity' | 'amp' | 'bracket' | 'attribute'
  from: number
  to: number
  tag: string
  /** All that stands between name and bracket. */
  attributes: string
}

const NAME = String.raw`[A-Za-z_][\w.:-]*`
const ATTRIBUTES = String.raw`(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*`
const ENTITY = String.raw`&(?:[A-Za-z]\w*|#\d+|#x[\dA-Fa-f]+);`
const TOKEN = `<(/?)(${NAME})(${ATTRIBUTES})(/?)>|<(/?)(${NAME})[^<>]*>|<!--[^]*?-->|${ENTITY}|[<&]`

/** Elements of EAD and HTML that are always empty: written without a slash they swallow what follows. */
const EMPTY = new Set(['lb', 'br', 'hr', 'img', 'ptr', 'extptr', 'colspec'])

/** The markup of a text, in its order. */
export function* tokensOf(text: string): Generator<Token> {
  for (const match of text.matchAll(new RegExp(TOKEN, 'g'))) {
    const [all, slash, tag, attributes = '', empty, , bad] = match
    const place = { from: match.index, to: match.index + all.length, tag: tag ?? bad ?? '', attributes }
    if (tag) yield { ...place, kind: slash ? (attributes.trim() || empty ? 'attribute' : 'end') : empty ? 'empty' : 'start' }
    else if (bad) yield { ...place, kind: 'attribute' }
    else if (all === '&') yield { ...place, kind: 'amp' }
    else if (all === '<') yield { ...place, kind: 'bracket' }
    else yield { ...place, kind: all.startsWith('&') ? 'entity' : 'comment' }
  }
}

/** The first place where the text is not well-formed. Plain text always is, as long as it has no bare `<` or `&`. */
export function flaw(text: string): Flaw | undefined {
  const open: Token[] = []
  for (const { kind, from, to, tag } of tokensOf(text)) {
    if (kind === 'amp' || kind === 'bracket') return { code: kind, from, to }
    if (kind === 'attribute') return { code: 'attribute', from, to, tag }
    if (kind === 'start') open.push({ kind, from, to, tag, attributes: '' })
    if (kind !== 'end') continue
    const last = open.pop()
    if (last?.tag === tag) continue
    if (last && (EMPTY.has(last.tag) || open.some((one) => one.tag === tag))) return unclosed(last, from)
    return { code: 'unopened', from, to, tag }
  }
  const last = open.pop()
  if (!last) return undefined
  // A blank line ends the paragraph, and what was opened in it.
  const blank = text.slice(last.to).search(/\n\s*\n/)
  return unclosed(last, blank < 0 ? text.length : last.to + blank)
}

function unclosed({ tag, from, to }: Token, at: number): Flaw {
  return EMPTY.has(tag) ? { code: 'empty', from, to, tag } : { code: 'unclosed', from, to, tag, at }
}

/** Whether the text uses markup at all: only then a bare `&` is a flaw worth telling. */
export function hasMarkup(text: string): boolean {
  return /<\/?[A-Za-z][^<>]*>/.test(text)
}

/** The first flaw of a text that uses markup or entities; the signs of plain text mean themselves. */
export function wrongIn(text: string): Flaw | undefined {
  return isPlain(text) ? undefined : flaw(text)
}

export function isPlain(text: string): boolean {
  return !hasMarkup(text) && !/<!--/.test(text) && !new RegExp(ENTITY).test(text)
}

/** The text with its first flaw put right. */
export function mend(text: string, wrong: Flaw): string {
  const put = (from: number, written: string, to: number) => text.slice(0, from) + written + text.slice(to)
  switch (wrong.code) {
    case 'amp':
      return put(wrong.from, '&amp;', wrong.to)
    case 'bracket':
      return put(wrong.from, '&lt;', wrong.to)
    case 'unclosed': {
      const at = wrong.at ?? text.length
      return put(at, `</${wrong.tag}>`, at)
    }
    case 'empty':
      return put(wrong.to - 1, '/>', wrong.to)
    case 'unopened':
      return put(wrong.from, '', wrong.to)
    case 'attribute':
      return put(wrong.from, `<${text.startsWith('</', wrong.from) ? '/' : ''}${wrong.tag}>`, wrong.to)
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
  for (const { kind, from, tag } of tokensOf(text)) {
    if (from >= caret) break
    if (kind === 'end') open.pop()
    else if (kind === 'start') open.push(tag)
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
