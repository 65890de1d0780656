// Which nodes an action is done to: the active one, or those that were marked.
import type { TreeModel } from './model'

export class Marking {
  #marked = $state.raw<ReadonlySet<string>>(new Set())
  #from: string | undefined

  get any(): boolean {
    return this.#marked.size > 0
  }

  has = (uri: string): boolean => this.#marked.has(uri)

  /** The marked nodes if the active one is among them, else the active one alone. */
  all = (active: string): string[] => (this.#marked.has(active) ? [...this.#marked] : [active])

  clear() {
    this.#marked = new Set()
    this.#from = undefined
  }

  toggle(uri: string) {
    const next = new Set(this.#marked)
    if (!next.delete(uri)) next.add(uri)
    this.#marked = next
  }

  /** The focus moved: with Shift the rows between are marked, without it nothing is. */
  moved(uri: string, extend: boolean, model: TreeModel) {
    if (!extend) {
      this.clear()
      this.#from = uri
      return
    }
    const [a, b] = [model.indexOf(this.#from ?? uri), model.indexOf(uri)].sort((x, y) => x - y) as [number, number]
    const level = model.slots[b]?.level
    const between = Array.from({ length: b - a + 1 }, (_, i) => a + i).filter((i) => model.slots[i]?.level === level)
    this.#marked = new Set(between.flatMap((i) => model.uriAt(i) ?? []))
  }

  /** All siblings of a node. */
  siblings(uri: string, model: TreeModel) {
    const parent = model.parent(uri)
    this.#marked = new Set(model.slots.flatMap((slot, i) => (slot.parent === parent ? (model.uriAt(i) ?? []) : [])))
  }
}
