/** The editor of a note's text: ProseMirror over the text, without a history of its own. */
import { keydownHandler } from 'prosemirror-keymap'
import type { Node } from 'prosemirror-model'
import { EditorState, TextSelection, type Command, type Transaction } from 'prosemirror-state'
import { EditorView } from 'prosemirror-view'
import { edges, FROM_OUTSIDE } from './edges'
import { keymap } from './edit'
import { parse } from './parse'
import { joinLines, pasteText } from './paste'
import { caretOf, roles, tint, type Caret } from './place'
import { schema } from './schema'
import { offsetAt, posAt, serialize } from './serialize'

export interface Options {
  text: string
  /** Attributes of the text box. */
  attributes: Record<string, string>
  /** The text after each change. `apart`: not a key among keys, so a step of undo of its own. */
  onchange: (text: string, apart: boolean) => void
  oncaret: (caret: Caret) => void
  /** The browser's own undo was asked for. */
  onhistory: (step: 'undo' | 'redo') => void
}

export class NoteEditor {
  readonly #view: EditorView
  #text: string

  /** Undefined where the text can only be edited as markup. */
  static open(place: HTMLElement, options: Options): NoteEditor | undefined {
    const doc = parse(options.text)
    return doc && new NoteEditor(place, doc, options)
  }

  private constructor(place: HTMLElement, doc: Node, options: Options) {
    this.#text = options.text
    let own = false
    this.#view = new EditorView(place, {
      state: EditorState.create({ schema, doc, plugins: [edges(), tint(), roles()] }),
      attributes: options.attributes,
      dispatchTransaction: (tr) => this.#dispatch(tr, options),
      handleKeyDown: keydownHandler(keymap),
      handleDOMEvents: { beforeinput: (_, event) => beforeInput(event, options), keydown: (view, event) => (tellCaret(view), isTheirs(event)) },
      transformPastedHTML: (html) => {
        own = html.includes('data-pm-slice')
        return html
      },
      transformPasted: (slice, _, plain) => (plain || own ? slice : joinLines(slice)),
      clipboardTextParser: (text) => pasteText(schema, text),
    })
    options.oncaret(caretOf(this.#view.state))
  }

  #dispatch(tr: Transaction, options: Options): void {
    const view = this.#view
    const was = view.state
    view.updateState(was.apply(tr))
    if (tr.docChanged && !tr.getMeta(FROM_OUTSIDE)) {
      const text = serialize(view.state.doc)
      if (text !== this.#text) {
        this.#text = text
        options.onchange(text, tr.getMeta('uiEvent') !== undefined || tr.getMeta('command') === true)
      }
    }
    // Losing the focus because the text is taken away is no time to tell.
    const stays = view.state.doc === was.doc && view.state.selection.eq(was.selection) && view.state.storedMarks === was.storedMarks
    if (!stays) options.oncaret(caretOf(view.state))
  }

  /** Takes a text that came from elsewhere; caret and all that is equal stay. False where it can only be markup. */
  apply(text: string): boolean {
    if (text === this.#text) return true
    const doc = parse(text)
    if (!doc) return false
    const tr = toward(this.#view.state, doc).setMeta(FROM_OUTSIDE, true)
    this.#text = text
    this.#view.dispatch(tr)
    return true
  }

  run(command: Command): void {
    command(this.#view.state, (tr) => this.#view.dispatch(tr.setMeta('command', true)))
    this.focus()
  }

  focus(): void {
    this.#view.focus()
  }

  /** The caret as a place in the text. */
  get offset(): number {
    return offsetAt(this.#view.state.doc, this.#view.state.selection.head)
  }

  set offset(offset: number) {
    const { state } = this.#view
    const pos = Math.min(posAt(state.doc, offset), state.doc.content.size)
    this.#view.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(pos))).scrollIntoView())
  }

  set attributes(attributes: Record<string, string>) {
    this.#view.setProps({ attributes })
  }

  close(): void {
    this.#view.destroy()
  }
}

/** Changes as little as makes this document of the present one. */
function toward(state: EditorState, doc: Node): Transaction {
  const { content } = state.doc
  const from = content.findDiffStart(doc.content)
  const end = content.findDiffEnd(doc.content)
  const begin = () => ['lead', 'tail'].reduce((tr, name) => tr.setDocAttribute(name, doc.attrs[name]), state.tr)
  if (from === null || !end) return begin()
  // Where the same text repeats, the ends of the two overlap.
  const over = Math.max(0, from - Math.min(end.a, end.b))
  const part = begin().replace(from, end.a + over, doc.slice(from, end.b + over))
  const tr = part.doc.content.eq(doc.content) ? part : begin().replaceWith(0, content.size, doc.content)
  return tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(end.b + over, tr.doc.content.size)), -1))
}

/**
 * The browser tells of a moved caret between two frames, and a key may follow sooner: a held arrow, then the key of a
 * command. ProseMirror reads the caret when it is told, so it is told before each key.
 */
const tellCaret = (view: EditorView) => void view.dom.ownerDocument.dispatchEvent(new Event('selectionchange'))

/** ProseMirror would swallow these, which belong to the form and the window: undo, history, navigation. */
const isTheirs = (event: KeyboardEvent): boolean => (event.ctrlKey || event.metaKey) && /^[bzy]$/i.test(event.key)

/** The history is the form's, and look is the elements'. */
function beforeInput(event: InputEvent, options: Options): boolean {
  const history = event.inputType === 'historyUndo' ? 'undo' : event.inputType === 'historyRedo' ? 'redo' : undefined
  if (!history && !event.inputType.startsWith('format')) return false
  event.preventDefault()
  if (history) options.onhistory(history)
  return true
}
