/** What the form remembers per kind on this computer: which sections are open, Essential or All. */

type Store = Pick<Storage, 'getItem' | 'setItem'>

export class Memory {
  readonly #store: Store | undefined

  constructor(store: Store | undefined) {
    this.#store = store
  }

  all(kind: string): boolean {
    return this.#read(`form-all-${kind}`) === true
  }

  keepAll(kind: string, all: boolean): void {
    this.#write(`form-all-${kind}`, all)
  }

  sections(kind: string): [string, boolean][] {
    const kept = this.#read(`form-sections-${kind}`)
    return Array.isArray(kept) ? (kept as [string, boolean][]) : []
  }

  keepSections(kind: string, sections: [string, boolean][]): void {
    this.#write(`form-sections-${kind}`, sections)
  }

  #read(key: string): unknown {
    try {
      return JSON.parse(this.#store?.getItem(key) ?? 'null')
    } catch {
      return null
    }
  }

  #write(key: string, value: unknown): void {
    try {
      this.#store?.setItem(key, JSON.stringify(value))
    } catch {
      // A full or forbidden store only forgets.
    }
  }
}
