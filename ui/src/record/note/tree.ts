/** Well-formed text as a tree of elements, without losing how it was written. */
import { isPlain, tokensOf, type Token } from '../markup'

export interface Text {
  kind: 'text'
  text: string
  /** How it was written, where that is not the text itself. */
  raw?: string
}

/** A comment, or an entity that nobody knows. */
export interface Opaque {
  kind: 'opaque'
  raw: string
}

export interface Element {
  kind: 'element'
  tag: string
  attributes: string
  /** The end tag as written; none is empty. */
  end: string
  children: Tree[]
  /** Holds paragraphs, lists or the like at some depth. */
  holdsBlocks: boolean
}

export type Tree = Text | Opaque | Element

/** Elements whose parts are elements only; text between those is layout. */
export const STRICT = new Set(['list', 'chronlist', 'chronitem', 'eventgrp', 'defitem', 'listhead', 'address', 'table', 'tgroup', 'thead', 'tbody', 'row', 'index', 'indexentry', 'bibliography'])
/** Elements that stand as blocks wherever they are. */
const BLOCKS = new Set([...STRICT, 'p', 'blockquote', 'head', 'item'])

export const isBlock = (node: Tree): node is Element => node.kind === 'element' && (BLOCKS.has(node.tag) || node.holdsBlocks)

/** Deeper than this nobody writes. */
const DEEPEST = 40

/** The tree of a text without flaw; nothing where it is nested too deeply. */
export function treeOf(text: string): Tree[] | undefined {
  if (isPlain(text)) return plain(text)
  const root: Element = { kind: 'element', tag: '', attributes: '', end: '', children: [], holdsBlocks: false }
  const open = [root]
  let at = 0
  const parent = () => open.at(-1) ?? root
  for (const token of tokensOf(text)) {
    if (token.from > at) parent().children.push({ kind: 'text', text: text.slice(at, token.from) })
    at = token.to
    const raw = text.slice(token.from, token.to)
    if (token.kind === 'start') open.push(element(token))
    else if (token.kind === 'empty') parent().children.push(element(token))
    else if (token.kind === 'entity') parent().children.push(entity(raw))
    else if (token.kind === 'comment') parent().children.push({ kind: 'opaque', raw })
    else close(open, raw)
    if (token.kind === 'empty' && isBlock(element(token))) parent().holdsBlocks = true
    if (open.length > DEEPEST) return undefined
  }
  if (at < text.length) root.children.push({ kind: 'text', text: text.slice(at) })
  return root.children
}

function close(open: Element[], end: string): void {
  const done = open.pop()
  const above = open.at(-1)
  if (!done || !above) return
  done.end = end
  above.children.push(done)
  if (isBlock(done)) above.holdsBlocks = true
}

function element({ tag, attributes }: Token): Element {
  return { kind: 'element', tag, attributes, end: '', children: [], holdsBlocks: false }
}

/** Bare signs of plain text stay bare. */
function plain(text: string): Tree[] {
  return text
    .split(/([&<])/)
    .filter(Boolean)
    .map((part) => (part === '&' || part === '<' ? { kind: 'text', text: part, raw: part } : { kind: 'text', text: part }))
}

const KNOWN: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

function entity(raw: string): Tree {
  const name = raw.slice(1, -1)
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : name.startsWith('#') ? parseInt(name.slice(1), 10) : NaN
  const text = Number.isNaN(code) ? KNOWN[name] : character(code)
  return text ? { kind: 'text', text, raw } : { kind: 'opaque', raw }
}

/** Controls and halves of characters cannot be shown. */
function character(code: number): string | undefined {
  const shown = code > 0x9f || (code >= 0x20 && code < 0x7f)
  return shown && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined
}
