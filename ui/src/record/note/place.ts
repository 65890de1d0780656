/** Where the caret is, in the words of the element tree: “Paragraph 1 › Personal name”. */
import type { EditorState } from 'prosemirror-state'
import { Plugin } from 'prosemirror-state'
import { Decoration, DecorationSet } from 'prosemirror-view'
import { extent, here, hrefOf, inList } from './edit'
import { onlyItems } from './schema'

export interface Step {
  tag: string
  /** Its rank among its like, where that is told. */
  number?: number
}

/** What toolbar and path show of the caret. */
export interface Caret {
  path: Step[]
  /** Tags of the elements that typed text would stand in. */
  tags: string[]
  /** The address of the link at the caret. */
  address: string
  inList: boolean
}

export function caretOf(state: EditorState): Caret {
  const marks = here(state)
  const tags = marks.map((mark) => String(mark.attrs['tag']))
  return { path: [...blocks(state), ...tags.map((tag) => ({ tag }))], tags, address: hrefOf(marks.findLast((mark) => hrefOf(mark))), inList: inList(state) }
}

function blocks(state: EditorState): Step[] {
  const { $from } = state.selection
  const steps: Step[] = []
  for (let depth = 1; depth <= $from.depth; depth++) {
    const node = $from.node(depth)
    const number = $from.index(depth - 1) + 1
    if (node.type.name === 'item') steps.push({ tag: 'item', number })
    else if (node.type.name !== 'paragraph') steps.push({ tag: String(node.attrs['tag']) })
    else if (depth === 1) steps.push({ tag: 'p', number })
  }
  return steps
}

/** Items of what is no list to screen readers, because it has a heading or labels, are no list items either. */
export function roles(): Plugin {
  return new Plugin({
    props: {
      decorations({ doc }) {
        const odd: Decoration[] = []
        doc.descendants((node, pos, parent) => {
          const item = node.type.name === 'item' && !(parent?.type.name === 'list' && onlyItems(parent))
          if (item) odd.push(Decoration.node(pos, pos + node.nodeSize, { role: 'none' }))
          return !node.isTextblock
        })
        return odd.length ? DecorationSet.create(doc, odd) : null
      },
    },
  })
}

/** Tints the innermost element at the caret while the text has the focus. */
export function tint(): Plugin<boolean> {
  return new Plugin<boolean>({
    state: { init: () => false, apply: (tr, focused) => (tr.getMeta('focused') as boolean | undefined) ?? focused },
    props: {
      decorations(state) {
        const mark = here(state).at(-1)
        if (!this.getState(state) || !mark || !state.selection.empty) return null
        const { from, to } = extent(state.selection.$from, mark)
        return from < to ? DecorationSet.create(state.doc, [Decoration.inline(from, to, { class: 'here' })]) : null
      },
      handleDOMEvents: {
        focus: (view) => view.dispatch(view.state.tr.setMeta('focused', true)),
        blur: (view) => view.dispatch(view.state.tr.setMeta('focused', false)),
      },
    },
  })
}
