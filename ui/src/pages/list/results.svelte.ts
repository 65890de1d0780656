// What a list shows: all records of its kinds, or those that a query and filters find.
import { untrack } from 'svelte'
import { call, type FacetCount, type Row } from '@/backend'
import { means, onTouched } from '@/shared/query.svelte'
import { inRepository } from '@/shared/uri'
import { Paged } from '@/shared/paged.svelte'

export interface Wanted {
  kinds: string[]
  repo: string | null
  query: string
  filters: Record<string, string[]>
}

const searches = ({ kinds, query, filters }: Wanted) => query.trim() !== '' || Object.keys(filters).length > 0 || kinds.length === 0

export class Results {
  facets = $state.raw<Record<string, FacetCount[]>>({})
  /** What of the query was not understood. */
  unread = $state<string>()
  /** Changes that the index does not hold yet: after an import, or a first sync. */
  behind = $state(0)
  rows: Paged<Row>

  constructor(wanted: () => Wanted) {
    this.rows = new Paged((offset, limit) => this.#fetch(wanted(), offset, limit))
    $effect(() => {
      const now = wanted()
      // Typing asks when it pauses for a moment; the first time asks at once.
      const timer = setTimeout(() => void this.rows.again((offset, limit) => this.#fetch(now, offset, limit)), untrack(() => this.rows.ready) ? 60 : 0)
      return () => clearTimeout(timer)
    })
    $effect(() => {
      // It is asked again until all of it is found; a list that is no search has its rows.
      if (!this.behind) return
      const timer = setInterval(() => void (searches(wanted()) ? this.rows.again() : this.#count(wanted())), 1_000)
      return () => clearInterval(timer)
    })
    $effect(() => {
      let timer: ReturnType<typeof setTimeout>
      const stop = onTouched((tags) => {
        if (!tags.some((tag) => means('list:*', tag) || means('record:*', tag))) return
        clearTimeout(timer)
        timer = setTimeout(() => void this.rows.again(), 100)
      })
      return () => {
        stop()
        clearTimeout(timer)
      }
    })
  }

  async #fetch(wanted: Wanted, offset: number, limit: number) {
    const { kinds, repo } = wanted
    if (searches(wanted)) {
      const found = await call('search', { ...wanted, offset, limit, at_once: true })
      if (offset === 0) [this.facets, this.unread, this.behind] = [found.facets, found.unread ?? undefined, found.behind]
      return { total: found.total, rows: found.hits }
    }
    if (offset === 0) this.#count(wanted)
    this.unread = undefined
    return call('list', { kinds, repo: kinds.some(inRepository) ? repo : null, offset, limit })
  }

  /** The facets of a list that is no search. */
  #count(wanted: Wanted) {
    void call('search', { ...wanted, offset: 0, limit: 0, at_once: true }).then(
      (found) => ([this.facets, this.behind] = [found.facets, found.behind]),
      () => (this.facets = {}),
    )
  }
}
