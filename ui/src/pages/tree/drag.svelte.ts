// Dragging nodes: a line shows before or after, a frame inside; a closed node opens after a while.
import type { MoveInput } from '@/backend'
import { beside, type Side } from './moves'
import type { TreeModel } from './model'

export class Drag {
  #uris: string[] = []
  #target = $state<string>()
  #side = $state<Side>()
  #input: MoveInput | undefined
  #opening: ReturnType<typeof setTimeout> | undefined
  #done: (input: MoveInput) => void

  constructor(done: (input: MoveInput) => void) {
    this.#done = done
  }

  /** The class of a row: where what is dragged would go. */
  mark = (uri: string): Side | '' => (this.#target === uri ? (this.#side ?? '') : '')

  start(event: DragEvent, uris: string[], words: string) {
    this.#uris = uris
    if (!event.dataTransfer) return
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', words)
  }

  over(event: DragEvent, uri: string, model: TreeModel, open: () => void) {
    if (!this.#uris.length) return
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const y = (event.clientY - box.top) / box.height
    const side: Side = uri === model.root ? 'inside' : y < 0.25 ? 'before' : y > 0.75 ? 'after' : 'inside'
    if (uri !== this.#target) {
      clearTimeout(this.#opening)
      this.#opening = setTimeout(() => this.#target === uri && !model.isOpen(uri) && open(), 700)
    }
    this.#input = beside(model, this.#uris, uri, side)
    this.#target = this.#input && uri
    this.#side = side
    if (this.#input) event.preventDefault()
  }

  leave = () => (this.#target = undefined)

  drop() {
    if (this.#input) this.#done(this.#input)
    this.end()
  }

  end = () => {
    clearTimeout(this.#opening)
    this.#uris = []
    this.#input = undefined
    this.#target = undefined
  }
}
