// What was typed into the palette and the records found for it. Letters come faster than answers: what is done
// with a choice waits for the answer to the last of them.
import type { Row } from '@/backend'

export class Finding {
  text = $state('')
  rows = $state.raw<Row[]>([])
  /** The listed records answer fewer letters than were typed. */
  behind = $state(false)
  #asked = 0
  #waiting: (() => void)[] = []
  #ask: (text: string) => Promise<Row[]>

  constructor(ask: (text: string) => Promise<Row[]>) {
    this.#ask = ask
  }

  /** Finds for another text. What waited for the text before is not done: it was meant for that one. */
  type(text: string) {
    this.text = text
    this.behind = true
    this.#waiting = []
    const mine = ++this.#asked
    const come = (rows: Row[]) => {
      if (mine !== this.#asked) return
      this.rows = rows
      this.behind = false
      const then = this.#waiting
      this.#waiting = []
      for (const act of then) act()
    }
    void this.#ask(text).then(come, () => come([]))
  }

  /** Does something with what is found for the text as it is now: at once, or when it has come. */
  whenFound(then: () => void) {
    if (this.behind) this.#waiting.push(then)
    else then()
  }

  /** Nothing is waited for any more. */
  stop() {
    this.#asked++
    this.#waiting = []
  }
}
