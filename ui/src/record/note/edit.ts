/** What keys and toolbar do to the text. */
import { baseKeymap, chainCommands, liftEmptyBlock } from 'prosemirror-commands'
import type { Mark, MarkType, NodeType, ResolvedPos } from 'prosemirror-model'
import { liftListItem, splitListItem, wrapInList } from 'prosemirror-schema-list'
import { TextSelection, type Command, type EditorState, type Transaction } from 'prosemirror-state'
import { canSplit } from 'prosemirror-transform'
import { schema } from './schema'
import { elements } from './serialize'

type Kind = { tag: string; attributes: string }

const { item, list, paragraph } = schema.nodes as Record<'item' | 'list' | 'paragraph', NodeType>
const { element } = schema.marks as { element: MarkType }

/** Of these only one is meant at a place: choosing another changes it. */
export const NAMES = ['persname', 'famname', 'corpname', 'name']
export const LINKS = ['extref', 'ref', 'archref', 'bibref']

/** The elements that what is typed now would stand in, outermost first. */
export function here(state: EditorState): Mark[] {
  const { $from, $to, empty } = state.selection
  if (empty) return (state.storedMarks ?? $from.marks()).filter((mark) => mark.type === element)
  const first = $from.nodeAfter ? elements($from.nodeAfter) : []
  const last = $to.nodeBefore ? elements($to.nodeBefore) : []
  return first.filter((mark) => mark.isInSet(last))
}

/** From where to where an element goes around a place in its paragraph. */
export function extent($pos: ResolvedPos, mark: Mark): { from: number; to: number } {
  const { parent } = $pos
  let index = $pos.index()
  if (!parent.maybeChild(index) || !mark.isInSet(parent.child(index).marks)) index--
  let first = index
  let last = index
  while (first > 0 && mark.isInSet(parent.child(first - 1).marks)) first--
  while (last + 1 < parent.childCount && mark.isInSet(parent.child(last + 1).marks)) last++
  const at = (count: number) => {
    let size = 0
    for (let i = 0; i < count; i++) size += parent.child(i).nodeSize
    return $pos.start() + size
  }
  return index < 0 ? { from: $pos.pos, to: $pos.pos } : { from: at(first), to: at(last + 1) }
}

/** Puts the selection into an element or takes it out; without a selection, what is typed next. */
export function toggle(kind: Kind): Command {
  return (state, dispatch) => {
    const active = here(state).findLast((mark) => mark.attrs['tag'] === kind.tag)
    const other = NAMES.includes(kind.tag) ? here(state).findLast((mark) => NAMES.includes(mark.attrs['tag'] as string)) : undefined
    if (active) dispatch?.(takeOut(state, active))
    else if (other) dispatch?.(change(state, other, kind))
    else dispatch?.(putIn(state, kind))
    return true
  }
}

function putIn(state: EditorState, kind: Kind): Transaction {
  const mark = element.create(kind)
  const { empty, $from, $to } = state.selection
  if (empty) return state.tr.setStoredMarks(mark.addToSet(state.storedMarks ?? $from.marks()))
  // White space at the ends of the selection is not meant.
  const text = state.doc.textBetween($from.pos, $to.pos, ' ', ' ')
  const from = $from.pos + text.search(/\S|$/)
  const to = $to.pos - (text.length - text.trimEnd().length)
  return from < to ? state.tr.addMark(from, to, mark) : state.tr
}

function takeOut(state: EditorState, mark: Mark): Transaction {
  const { empty, $from, from, to } = state.selection
  if (!empty) return state.tr.removeMark(from, to, mark)
  const ends = !$from.nodeAfter || !mark.isInSet($from.nodeAfter.marks)
  if (ends) return state.tr.setStoredMarks(mark.removeFromSet(state.storedMarks ?? $from.marks()))
  const whole = extent($from, mark)
  return state.tr.removeMark(whole.from, whole.to, mark)
}

/** Makes another element of the one at the caret; what was in it stays. */
function change(state: EditorState, mark: Mark, kind: Kind): Transaction {
  const { from, to } = extent(state.selection.$from, mark)
  const made = element.create({ ...kind, end: null })
  const { tr } = state
  state.doc.nodesBetween(from, to, (node, pos) => {
    if (!node.isInline || !mark.isInSet(node.marks)) return
    const marks = node.marks.map((one) => (one.eq(mark) ? made : one))
    tr.replaceWith(Math.max(pos, from), Math.min(pos + node.nodeSize, to), node.mark(marks).cut(Math.max(0, from - pos), Math.min(node.nodeSize, to - pos)))
  })
  return tr.setSelection(TextSelection.create(tr.doc, state.selection.from, state.selection.to))
}

/** The link at the caret. */
export const linkAt = (state: EditorState): Mark | undefined => here(state).findLast((mark) => LINKS.includes(mark.attrs['tag'] as string))

const HREF = /([\w.-]+:)?\bhref\s*=\s*("[^"]*"|'[^']*')/

export function hrefOf(mark: Mark | undefined): string {
  const written = HREF.exec(String(mark?.attrs['attributes'] ?? ''))?.[2] ?? ''
  return written.slice(1, -1).replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}

/** Links the selection, or changes the address of the link at the caret; an empty address takes the link away. */
export function link(address: string): Command {
  return (state, dispatch) => {
    const at = linkAt(state)
    const written = `href="${address.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}"`
    if (at && !address) {
      const { from, to } = extent(state.selection.$from, at)
      dispatch?.(state.tr.removeMark(from, to, at))
    } else if (at) {
      const attributes = String(at.attrs['attributes'])
      const changed = HREF.test(attributes) ? attributes.replace(HREF, (_, prefix: string = '') => prefix + written) : ` ${written}${attributes}`
      dispatch?.(change(state, at, { tag: String(at.attrs['tag']), attributes: changed }))
    } else if (address && state.selection.empty) {
      const mark = element.create({ tag: 'extref', attributes: ` ${written}` })
      dispatch?.(state.tr.insert(state.selection.from, schema.text(address, [...(state.storedMarks ?? state.selection.$from.marks()), mark])))
    } else if (address) {
      dispatch?.(putIn(state, { tag: 'extref', attributes: ` ${written}` }))
    }
    return true
  }
}

/** Whether the caret is in an item of a list. */
export function inList(state: EditorState): boolean {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === item) return true
  return false
}

/** Makes items of paragraphs, and paragraphs of items. */
export const toggleList: Command = (state, dispatch, view) =>
  inList(state) ? liftListItem(item)(state, dispatch, view) : wrapInList(list, { attributes: ' type="marked"' })(state, dispatch, view)

export const lineBreak: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(schema.node('break')).scrollIntoView())
  return true
}

/** Ends the paragraph; elements at the caret end with it, and begin anew. */
const splitParagraph: Command = (state, dispatch) => {
  const tr = state.tr.deleteSelection()
  const $from = tr.doc.resolve(tr.mapping.map(state.selection.from))
  const type = { type: paragraph, attrs: { tag: $from.parent.type === paragraph ? ($from.parent.attrs['tag'] as string | null) : null } }
  if ($from.parent.isTextblock && canSplit(tr.doc, $from.pos, 1, [type])) dispatch?.(tr.split($from.pos, 1, [type]).scrollIntoView())
  return true
}

/** Keys that edit text. Enter in an item begins the next one, in an empty item ends the list. */
export const keymap: Record<string, Command> = {
  ...baseKeymap,
  Enter: chainCommands(splitListItem(item, {}), liftListItem(item), liftEmptyBlock, splitParagraph),
  'Shift-Enter': lineBreak,
}
for (const key of ['Mod-Enter', 'Ctrl-Enter']) delete keymap[key]
