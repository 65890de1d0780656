// A long list of which pages are fetched as they come into view.

export interface PageOf<T> {
  total: number
  rows: T[]
}

export class Paged<T> {
  total = $state(0)
  /** Whether the first page has come. */
  ready = $state(false)
  failed = $state.raw<unknown>()
  #version = $state(0)
  #rows: (T | undefined)[] = []
  #asked = new Map<number, Promise<void>>()
  #generation = 0
  #fetch: (offset: number, limit: number) => Promise<PageOf<T>>
  readonly size: number

  constructor(fetch: (offset: number, limit: number) => Promise<PageOf<T>>, size = 200) {
    this.#fetch = fetch
    this.size = size
  }

  /** A row, if it is here. */
  at(index: number): T | undefined {
    void this.#version
    return this.#rows[index]
  }

  /** Fetches what is missing between two rows. */
  need(first: number, last: number) {
    if (!this.ready) return
    last = Math.min(last, this.total - 1)
    for (let page = Math.floor(first / this.size); page <= Math.floor(last / this.size); page++) {
      if (!this.#asked.has(page)) void this.#load(page)
    }
  }

  /** Rows from one to another, fetched where they are not here: fewer where that fails. */
  async between(first: number, last: number): Promise<T[]> {
    const generation = this.#generation
    for (let page = Math.floor(first / this.size); page <= Math.floor(last / this.size); page++) await (this.#asked.get(page) ?? this.#load(page))
    // The list was fetched anew meanwhile: what is there now counts.
    if (generation !== this.#generation) return this.between(first, last)
    return this.#rows.slice(first, last + 1).filter((row) => row !== undefined)
  }

  /** Fetches anew, and ends when the first rows have come. Rows stay until then. */
  again(fetch: (offset: number, limit: number) => Promise<PageOf<T>> = this.#fetch): Promise<void> {
    this.#fetch = fetch
    this.#generation++
    this.#asked.clear()
    return this.#load(0)
  }

  #load(page: number): Promise<void> {
    const coming = this.#come(page)
    this.#asked.set(page, coming)
    return coming
  }

  async #come(page: number): Promise<void> {
    const generation = this.#generation
    try {
      const { total, rows } = await this.#fetch(page * this.size, this.size)
      // Overtaken: who waits for the rows waits for those that are fetched now.
      if (generation !== this.#generation) return this.#asked.get(0)
      if (page === 0) this.#rows = []
      rows.forEach((row, i) => (this.#rows[page * this.size + i] = row))
      this.total = total
      this.failed = undefined
      this.ready = true
      this.#version++
    } catch (thrown) {
      if (generation !== this.#generation) return this.#asked.get(0)
      this.failed = thrown
      this.ready = true
      this.#asked.delete(page)
    }
  }
}
