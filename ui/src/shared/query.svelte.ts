// Reads of the desk. A query names the tags it depends on; whatever changes them asks it again.
import { apiError, call, listen, type ApiError, type CommandName, type Input, type Output } from '@/backend'

type Heard = (tags: string[]) => void
const queries = new Set<Heard>()
let listening = false

/** Tells every query what changed. The desk's own events arrive here too. */
export function touch(tags: string[]): void {
  for (const heard of [...queries]) heard(tags)
}

/** Hears what changes until the returned function is called. */
export function onTouched(heard: Heard): () => void {
  if (!listening) {
    listening = true
    listen('changed', ({ touched }) => touch(touched))
    listen('sync', () => touch(['sync']))
  }
  queries.add(heard)
  return () => queries.delete(heard)
}

const covers = (wide: string, narrow: string) =>
  wide.endsWith('*') ? narrow.startsWith(wide.slice(0, -1)) : wide === narrow

/** Whether a tag is meant by a pattern: itself, or `list:*` for all lists. Of much at once the desk says `record:*`. */
export const means = (pattern: string, tag: string): boolean => covers(pattern, tag) || covers(tag, pattern)

/** Runs a command that changes something and tells the queries. */
export async function change<K extends CommandName>(name: K, input: Input<K>): Promise<Output<K>> {
  const output = await call(name, input)
  const touched = (output as { touched?: string[] } | null)?.touched
  if (touched?.length) touch(touched)
  return output
}

/** A read that stays true. The last value stays while it is asked again. */
export class Query<K extends CommandName> {
  value = $state.raw<Output<K>>()
  error = $state.raw<ApiError>()
  /** Nothing has come yet. */
  loading = $derived(this.value === undefined && this.error === undefined)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #name: K
  #input: () => Input<K> | null

  constructor(name: K, input: () => Input<K> | null, tags: () => string[]) {
    this.#name = name
    this.#input = input
    $effect(() => {
      void this.#ask(input())
    })
    $effect(() => {
      const wanted = tags()
      return onTouched((touched) => {
        if (touched.some((tag) => wanted.some((pattern) => means(pattern, tag)))) this.again()
      })
    })
  }

  /** Asks again soon; many reasons at once are one question. */
  again = () => {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#ask(this.#input()), 20)
  }

  async #ask(input: Input<K> | null) {
    const asked = ++this.#asked
    if (input === null) return
    try {
      const value = await call(this.#name, input)
      if (asked === this.#asked) [this.value, this.error] = [value, undefined]
    } catch (thrown) {
      if (asked === this.#asked) this.error = apiError(thrown)
    }
  }
}

/** A query, in a component: `const drafts = query('drafts', () => ({}), () => ['drafts'])`. */
export const query = <K extends CommandName>(name: K, input: () => Input<K> | null, tags: () => string[]) =>
  new Query(name, input, tags)
