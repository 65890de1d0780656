// The record beside a list or a tree follows the active row when the keys rest.

/** Milliseconds without a key after which the record follows. */
const pause = 120

export class Following {
  #timer: ReturnType<typeof setTimeout> | undefined
  #since: string | undefined
  readonly #shown: () => string | undefined
  readonly #show: () => void

  /** `shown`: the address of the record that is shown; `show`: shows that of the active row. */
  constructor(shown: () => string | undefined, show: () => void) {
    this.#shown = shown
    this.#show = show
  }

  /** The person moved: if another record is asked for from now on, that one counts. */
  moved() {
    this.#since = this.#shown()
  }

  /** The record follows after a pause. */
  later() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.now(), pause)
  }

  /** What would follow after the pause follows now. */
  now(): undefined {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#shown() === this.#since) this.#show()
  }

  /** Somebody who points into the record that is shown means that one. The pane itself only holds the place of one that is coming. */
  away = ({ relatedTarget: to }: FocusEvent) => {
    if (!(to instanceof Element) || !to.parentElement?.closest('[data-pane="record"]')) return
    clearTimeout(this.#timer)
    this.#timer = this.#since = undefined
  }
}
