// The records of a list that something is done to at once. They stay selected while one moves, opens and looks;
// only with Shift is the selection from where it began to where one is.
import type { Row } from '@/backend'

/** Rows from one to another, fetched where they have not come. */
export type Between = (first: number, last: number) => Promise<Row[]>

export class Selection {
  #rows = $state.raw<ReadonlyMap<string, Row>>(new Map())
  /** Where Shift began, and what was selected before. */
  #from: number | undefined
  #before: ReadonlyMap<string, Row> = new Map()
  #asked = 0
  #coming: Promise<void> = Promise.resolve()
  #between: Between

  constructor(between: Between) {
    this.#between = between
  }

  get size(): number {
    return this.#rows.size
  }

  get rows(): Row[] {
    return [...this.#rows.values()]
  }

  /** Ends when what was asked to be selected is: what is done to the selection waits for it. */
  get settled(): Promise<void> {
    return this.#coming
  }

  has = (uri: string): boolean => this.#rows.has(uri)

  clear() {
    this.#asked++
    this.#from = undefined
    if (this.#rows.size) this.#rows = new Map()
  }

  /** One moved without Shift: the next Shift begins anew. */
  moved() {
    this.#from = undefined
  }

  toggle(row: Row, index: number) {
    this.#asked++
    const next = new Map(this.#rows)
    if (!next.delete(row.uri)) next.set(row.uri, row)
    this.#rows = next
    ;[this.#from, this.#before] = [index, next]
  }

  /** Selects to a row, from where Shift began or else from where one is. */
  extend(active: number, to: number): Promise<void> {
    if (this.#from === undefined) [this.#from, this.#before] = [active, this.#rows]
    const [before, from] = [this.#before, this.#from]
    return (this.#coming = this.#take(Math.min(from, to), Math.max(from, to), before))
  }

  all(count: number): Promise<void> {
    this.#from = undefined
    return (this.#coming = this.#take(0, count - 1, new Map()))
  }

  async #take(first: number, last: number, before: ReadonlyMap<string, Row>) {
    const mine = ++this.#asked
    const rows = await this.#between(first, last)
    // Somebody went on meanwhile.
    if (mine === this.#asked) this.#rows = new Map([...before, ...rows.map((row) => [row.uri, row] as const)])
  }
}
