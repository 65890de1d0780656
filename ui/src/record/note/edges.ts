/**
 * The end of an element is one place for the eye and two for the text: in it, and after it. Who comes from inside
 * stays in it; an arrow steps over the edge without moving. Which of the two it is, is kept as the marks that typed
 * text would get.
 */
import type { Mark, ResolvedPos } from 'prosemirror-model'
import { Plugin, type EditorState, type Transaction } from 'prosemirror-state'
import type { EditorView } from 'prosemirror-view'
import { elements } from './serialize'

/** Set on transactions that bring text from outside: they leave the edge alone. */
export const FROM_OUTSIDE = 'outside'

/** The elements that end at a place. */
function ending($pos: ResolvedPos): Mark[] {
  const before = $pos.nodeBefore ? elements($pos.nodeBefore) : []
  const after = $pos.nodeAfter ? elements($pos.nodeAfter) : []
  return before.filter((mark) => !mark.isInSet(after))
}

const typed = (state: EditorState): readonly Mark[] => state.storedMarks ?? state.selection.$from.marks()

function step(view: EditorView, forward: boolean): boolean {
  const { selection, tr } = view.state
  if (!selection.empty) return false
  const edge = ending(selection.$from)
  if (edge.length === 0) return false
  const inside = edge.every((mark) => mark.isInSet(typed(view.state)))
  if (inside !== forward) return false
  view.dispatch(tr.setStoredMarks(forward ? typed(view.state).filter((mark) => !mark.isInSet(edge)) : (selection.$from.nodeBefore?.marks ?? [])))
  return true
}

/** Whether the text at the caret runs from right to left. */
function isReversed(view: EditorView): boolean {
  const { node } = view.domAtPos(view.state.selection.from)
  const element = node instanceof Element ? node : node.parentElement
  return element !== null && getComputedStyle(element).direction === 'rtl'
}

/** The marks that typed text gets after a change or a step of the caret. */
function carried(transactions: readonly Transaction[], was: EditorState, is: EditorState, arrowed: boolean): readonly Mark[] | undefined {
  const { $from, empty } = is.selection
  if (!empty || is.storedMarks || transactions.some((tr) => tr.getMeta(FROM_OUTSIDE) || tr.storedMarksSet)) return undefined
  const changed = transactions.some((tr) => tr.docChanged)
  const before = $from.nodeBefore
  if (changed && was.storedMarks && before && was.storedMarks.every((mark) => mark.isInSet(before.marks))) return was.storedMarks
  const edge = ending($from)
  if (!before || edge.length === 0 || !(changed || arrowed)) return undefined
  // Inside before, and inside still: the caret moved or a character went.
  const beside = [was.selection.$from.nodeBefore, was.selection.$from.nodeAfter].filter((node) => node !== null)
  const inside = edge.every((mark) => beside.every((node) => mark.isInSet(node.marks)) || (changed && mark.isInSet(beside[0]?.marks ?? [])))
  return inside && beside.length > 0 ? before.marks : undefined
}

export function edges(): Plugin {
  let arrowed = false
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        const arrow = event.key === 'ArrowRight' || event.key === 'ArrowLeft'
        arrowed = arrow && !event.shiftKey
        if (!arrow || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return false
        return step(view, (event.key === 'ArrowRight') !== isReversed(view))
      },
      handleDOMEvents: { pointerdown: () => void (arrowed = false) },
    },
    appendTransaction(transactions, was, is) {
      const marks = carried(transactions, was, is, arrowed)
      return marks && is.tr.setStoredMarks(marks)
    },
  })
}
