/** Text of a note to the document that is edited. */
import type { Mark, Node } from 'prosemirror-model'
import { wrongIn } from '../markup'
import { schema } from './schema'
import { serialize } from './serialize'
import { isBlock, STRICT, treeOf, type Element, type Text, type Tree } from './tree'

/** The document of a text; nothing where it could not be written back as it was: such a text is edited as markup. */
export function parse(text: string): Node | undefined {
  const tree = wrongIn(text) ? undefined : treeOf(text)
  if (!tree) return undefined
  try {
    const { blocks, lead, tail } = flow(tree, false)
    const doc = schema.node('doc', { lead, tail }, blocks.length ? blocks : [schema.node('paragraph')])
    doc.check()
    return serialize(doc) === text ? doc : undefined
  } catch {
    return undefined
  }
}

interface Flow {
  blocks: Node[]
  lead: string
  tail: string
}

/** A line of text: what stands before it, its pieces, and how many elements go on from the line before. */
interface Line {
  before: string
  joined: number
  pieces: Node[]
}

/** The blocks of a container. In a strict one every element is a block. */
function flow(children: Tree[], strict: boolean): Flow {
  const blocks: Node[] = []
  const paragraphed = children.some((one) => one.kind === 'element' && one.tag === 'p' && !one.holdsBlocks)
  let lead = ''
  let glue = ''
  let run: Tree[] = []
  const add = (before: string, make: (before: string | null) => Node) => {
    if (blocks.length === 0) lead = before
    blocks.push(make(blocks.length === 0 ? null : before))
  }
  const flush = () => {
    const { lines, tail } = linesOf(run)
    for (const { before, joined, pieces } of lines) {
      add(glue + before, (before) => schema.node('paragraph', { tag: paragraphed ? '' : null, before, joined }, pieces))
      glue = ''
    }
    glue += tail
    run = []
  }
  for (const child of children) {
    // A container without content is shown as it is written, unless its place asks for it.
    const block = child.kind === 'element' && (strict || (isBlock(child) && (child.children.length > 0 || child.tag === 'p')))
    if (!block) {
      run.push(child)
      continue
    }
    flush()
    add(glue, (before) => blockOf(child, before, strict))
    glue = ''
  }
  flush()
  return blocks.length ? { blocks, lead, tail: glue } : { blocks, lead: glue, tail: '' }
}

function blockOf({ tag, attributes, end, children, holdsBlocks }: Element, before: string | null, inList: boolean): Node {
  const attrs = { tag, attributes, end: end === `</${tag}>` ? null : end, before }
  const holds = tag === 'item' || tag === 'blockquote' || STRICT.has(tag) || holdsBlocks
  if (!holds) return schema.node(tag === 'p' ? 'paragraph' : 'line', attrs, inline(children, []))
  const { blocks, lead, tail } = flow(children, STRICT.has(tag))
  const items = blocks.length > 0 && blocks.every((node) => node.type.name !== 'paragraph' && node.type.name !== 'list')
  const type = tag === 'item' && inList ? 'item' : tag === 'list' && items ? 'list' : 'container'
  return schema.node(type, { ...attrs, lead, tail }, blocks.length ? blocks : [schema.node('paragraph')])
}

const BLANK = /(\r?\n[ \t]*\r?\n\s*)/

/** A run of text and inline elements as lines, divided by blank lines; white space alone is no line. */
function linesOf(run: Tree[]): { lines: Line[]; tail: string } {
  if (run.every((one) => one.kind === 'text' && one.raw === undefined && one.text.trim() === '')) {
    return { lines: [], tail: run.map((one) => (one as Text).text).join('') }
  }
  const inner = [...run]
  const before = edge(inner, 0, /^\s*\n\s*/)
  const tail = edge(inner, inner.length - 1, /\s*\n\s*$/)
  const lines: Line[] = [{ before, joined: 0, pieces: [] }]
  inline(inner, [], lines, BLANK)
  return { lines, tail }
}

/** Takes the line ends from the first or last text of a run. */
function edge(run: Tree[], at: number, pattern: RegExp): string {
  const text = run[at]
  const found = text?.kind === 'text' && text.raw === undefined ? pattern.exec(text.text)?.[0] : undefined
  if (text?.kind !== 'text' || !found) return ''
  run[at] = { kind: 'text', text: text.text.replace(pattern, '') }
  return found
}

/** Text and inline elements as pieces with marks; put into `lines`, and where `blank` matches a text, into a new one. */
function inline(children: Tree[], marks: Mark[], lines: Line[] = [{ before: '', joined: 0, pieces: [] }], blank?: RegExp): Node[] {
  const put = (node: Node) => lines.at(-1)?.pieces.push(node)
  let touching: Mark[] = []
  for (const child of children) {
    if (child.kind === 'element' && child.children.length > 0) {
      const mark = markOf(child, [...marks, ...touching])
      touching = [...touching, mark]
      inline(child.children, [...marks, mark], lines, blank)
      continue
    }
    touching = []
    if (child.kind === 'text') texts(child, marks, lines, blank)
    else if (child.kind === 'opaque') put(schema.node('opaque', { raw: child.raw }, undefined, marks))
    else put(atom(child, marks))
  }
  return lines.at(-1)?.pieces ?? []
}

function atom({ tag, attributes, end }: Element, marks: Mark[]): Node {
  const raw = end ? `<${tag}${attributes}>${end}` : `<${tag}${attributes}/>`
  return schema.node(tag === 'lb' ? 'break' : 'opaque', { raw }, undefined, marks)
}

function markOf({ tag, attributes, end }: Element, others: Mark[]): Mark {
  const attrs = { tag, attributes, end: end === `</${tag}>` ? null : end }
  for (let key = 0; ; key++) {
    const mark = schema.mark('element', { ...attrs, key })
    if (!mark.isInSet(others)) return mark
  }
}

function texts(child: Text, marks: Mark[], lines: Line[], blank?: RegExp): void {
  if (child.raw !== undefined) {
    const spelled = schema.mark('spelled', { raw: child.raw, text: child.text })
    lines.at(-1)?.pieces.push(schema.text(child.text, [...marks, spelled]))
    return
  }
  const parts = blank ? child.text.split(blank) : [child.text]
  // Inside an element a blank line at its edge would move out of it.
  const whole = marks.length > 0 && (parts[0] === '' || parts.at(-1) === '')
  ;(whole ? [child.text] : parts).forEach((part, at) => {
    if (at % 2 === 1) lines.push({ before: part, joined: marks.length, pieces: [] })
    else lines.at(-1)?.pieces.push(...crossed(part, marks))
  })
}

/** Line ends of another system are kept. */
function crossed(text: string, marks: Mark[]): Node[] {
  const spelled = schema.mark('spelled', { raw: '\r\n', text: '\n' })
  return text
    .split(/(\r\n)/)
    .filter(Boolean)
    .map((part) => (part === '\r\n' ? schema.text('\n', [...marks, spelled]) : schema.text(part, marks)))
}
