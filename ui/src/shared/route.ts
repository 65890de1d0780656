// Addresses of pages, as the part after `#`: `#/list/resource?q=halloran&open=/repositories/2/…`.

import { isShelf } from './kinds'

export type Route =
  | { page: 'start' | 'sync' | 'news' | 'drafts' | 'import' | 'connect' | 'new-repository' }
  | { page: 'list'; shelf: string; query: string; filters: Record<string, string[]>; open?: string }
  | { page: 'tree' | 'record' | 'history'; uri: string }
  | { page: 'conflicts'; uri?: string }

export type Page = Route['page']
const simple = ['start', 'sync', 'news', 'drafts', 'import', 'connect', 'new-repository'] as const
const ofRecord = ['tree', 'record', 'history'] as const

/** The shelf that is a search through all kinds. */
export const everything = 'all'

/** A list, by default without a query. */
export const listRoute = (shelf: string, more: { query?: string; filters?: Record<string, string[]>; open?: string } = {}): Route => ({
  page: 'list',
  shelf,
  query: '',
  filters: {},
  ...more,
})

/** Reads an address; what it does not know is the start page. */
export function parse(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const [page = '', ...rest] = path.split('/')
  const uri = `/${rest.join('/')}`
  if (simple.includes(page as never)) return { page: page as (typeof simple)[number] }
  if (ofRecord.includes(page as never) && rest.length) return { page: page as (typeof ofRecord)[number], uri }
  if (page === 'conflicts') return rest.length ? { page, uri } : { page }
  const [shelf = everything] = rest
  if (page === 'list' && (shelf === everything || isShelf(shelf))) return list(shelf, new URLSearchParams(search))
  return { page: 'start' }
}

function list(shelf: string, search: URLSearchParams): Route {
  const filters: Record<string, string[]> = {}
  for (const [name, value] of search) {
    if (name.startsWith('f.')) (filters[name.slice(2)] ??= []).push(value)
  }
  const open = search.get('open')
  return { page: 'list', shelf, query: search.get('q') ?? '', filters, ...(open && { open }) }
}

/** The address after a record got another one; nothing when it does not name that record. */
export function followed(route: Route, from: string, to: string): Route | undefined {
  if ('uri' in route && route.uri === from) return { ...route, uri: to }
  return 'open' in route && route.open === from ? { ...route, open: to } : undefined
}

/** Writes an address. */
export function format(route: Route): string {
  if (route.page === 'list') return `#/list/${route.shelf}${query(route)}`
  if ('uri' in route && route.uri) return `#/${route.page}${route.uri}`
  return `#/${route.page}`
}

function query(route: Route & { page: 'list' }): string {
  const search = new URLSearchParams()
  if (route.query) search.set('q', route.query)
  for (const [name, values] of Object.entries(route.filters)) for (const value of values) search.append(`f.${name}`, value)
  if (route.open) search.set('open', route.open)
  return search.size ? `?${search}` : ''
}
