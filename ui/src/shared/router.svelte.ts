// Where the window is. The browser's own history does back and forward.
import { followed, format, listRoute, parse, type Route } from './route'
import { kindOf, rootKind } from './uri'
import { shelfOf } from './kinds'

class Router {
  route = $state.raw<Route>(parse(location.hash))
  #at = $state(0)
  #last = $state(0)
  canBack = $derived(this.#at > 0)
  canForward = $derived(this.#at < this.#last)

  constructor() {
    this.#at = this.#last = (history.state as { at?: number } | null)?.at ?? 0
    addEventListener('popstate', () => {
      const at = (history.state as { at?: number } | null)?.at
      // A link of the page has no count yet: it is one step further.
      if (at === undefined) {
        this.#last = ++this.#at
        history.replaceState({ at: this.#at }, '')
      } else {
        this.#at = at
      }
      this.route = parse(location.hash)
    })
    history.replaceState({ at: this.#at }, '')
  }

  /** Goes to a page. `replace` leaves no trace in the history: for what follows typing. */
  go(route: Route, how: 'push' | 'replace' = 'push') {
    const hash = format(route)
    if (how === 'push' && hash !== location.hash) {
      this.#last = ++this.#at
      history.pushState({ at: this.#at }, '', hash)
    } else {
      history.replaceState({ at: this.#at }, '', hash)
    }
    this.route = route
  }

  #first = new Map<string, string>()

  /** A record has another address than before, as after it was sent: the page follows it. */
  moved(from: string, to: string) {
    if (from === to) return
    this.#first.set(to, this.same(from))
    const route = followed(this.route, from, to)
    if (route) this.go(route, 'replace')
  }

  /** One name for all addresses of a record. What is drawn of it is keyed by this, so that a sync moves no focus. */
  same = (uri: string): string => this.#first.get(uri) ?? uri

  back = () => this.canBack && history.back()
  forward = () => this.canForward && history.forward()
}

export const router = new Router()

/** Where a record is shown: in its tree, or beside the list of its kind. */
export function recordRoute(uri: string): Route {
  const kind = kindOf(uri)
  if (rootKind(kind)) return { page: 'tree', uri }
  return kind ? listRoute(shelfOf(kind).name, { open: uri }) : { page: 'record', uri }
}
