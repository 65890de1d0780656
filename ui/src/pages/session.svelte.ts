// What all pages of a window know: the state of the desk, the repository that was chosen.
import { getContext, setContext } from 'svelte'
import { query } from '@/shared/query.svelte'

const key = Symbol('session')

export class Session {
  #query = query('state', () => ({}), () => ['sync', 'list:*', 'record:*', 'drafts', 'conflicts', 'repositories'])
  #chosen = $state(localStorage.getItem('fonds.repository'))
  state = $derived(this.#query.value)
  error = $derived(this.#query.error)
  repositories = $derived(this.state?.repositories ?? [])
  /** The repository of this window. */
  repository = $derived(this.repositories.find((r) => r.code === this.#chosen) ?? this.repositories[0])
  /** Its colour, 1 to 8. */
  hue = $derived((Math.max(0, this.repository ? this.repositories.indexOf(this.repository) : 0) % 8) + 1)

  again = this.#query.again

  /** Chooses by the code: the address of one that was made here changes when it is sent. */
  choose(code: string) {
    this.#chosen = code
    localStorage.setItem('fonds.repository', code)
  }
}

/** Makes the session of the window; once, in the frame. */
export const openSession = (): Session => setContext(key, new Session())

/** The session of the window. */
export const session = (): Session => getContext<Session>(key)
