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

  /** The focus moved away: nothing is marked, and marking begins at this node. */
  begin(uri: string | undefined) {
    this.clear()
    this.#from = uri
  }

  /** The focus moved with Shift: the rows from where it began are marked. `was`: the row that was active before. */
  extend(to: number, was: number, model: TreeModel) {
    const from = this.#from === undefined ? -1 : model.indexOf(this.#from)
    this.#from ??= model.uriAt(was)
    const [a, b] = [from < 0 ? was : from, to].sort((x, y) => x - y) as [number, number]
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
