// Words of facets and their values.
import type { FacetCount } from '@/backend'
import { maybe, t } from '@/i18n'
import { kindPlural, valueLabel } from '@/i18n/labels'

const lists: Record<string, string> = { level: 'archival_record_level' }
// Titles of linked records come with the facet; the chips of the query bar need them again.
const titles = new Map<string, string>()

/** Keeps the titles that came with facets. */
export function learn(facets: Record<string, FacetCount[]>): void {
  for (const values of Object.values(facets)) for (const { value, title } of values) if (title) titles.set(value, title)
}

/** The name of a facet. */
export const facetWords = (facet: string): string => t(`facet-${facet}`)

/** Whether a facet is one that the window has a name for. */
export const knownFacet = (facet: string): boolean => maybe(`facet-${facet}`) !== undefined

/** A value of a facet in words. */
export function valueWords(facet: string, value: string): string {
  if (facet === 'kind') return kindPlural(value)
  const list = lists[facet]
  if (list) return valueLabel(list, value)
  return maybe(`facet-${facet}.${value}`) ?? titles.get(value) ?? valueLabel(facet, value)
}
