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
      // It is asked again until all of it is found.
      if (!this.behind) return
      const timer = setInterval(() => void this.rows.again(), 1_000)
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

  async #fetch({ kinds, repo, query, filters }: Wanted, offset: number, limit: number) {
    const searching = query.trim() !== '' || Object.keys(filters).length > 0 || kinds.length === 0
    const search = (from: number, most: number) => call('search', { query, kinds, repo, filters, offset: from, limit: most, at_once: true })
    if (searching) {
      const found = await search(offset, limit)
      if (offset === 0) [this.facets, this.unread, this.behind] = [found.facets, found.unread ?? undefined, found.behind]
      return { total: found.total, rows: found.hits }
    }
    if (offset === 0) void search(0, 0).then((found) => ([this.facets, this.behind] = [found.facets, found.behind]), () => (this.facets = {}))
    this.unread = undefined
    return call('list', { kinds, repo: kinds.some(inRepository) ? repo : null, offset, limit })
  }
}
