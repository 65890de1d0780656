// Who does what: a part of the window offers actions while it is shown; keys, menus and the
// palette perform them. The part that came last answers.
import type { Action } from './keys'

export type Offers = Partial<Record<Action, () => void>>
const offers: Offers[] = []

/** Offers actions until the returned function is called: `onMount(() => offer({ save }))`. */
export function offer(actions: Offers): () => void {
  offers.push(actions)
  return () => {
    const at = offers.indexOf(actions)
    if (at >= 0) offers.splice(at, 1)
  }
}

const answering = (action: Action) => offers.findLast((o) => o[action])?.[action]

/** Whether anybody does this now. */
export const offered = (action: Action): boolean => answering(action) !== undefined

/** Does it. False where nobody does. */
export function perform(action: Action): boolean {
  const act = answering(action)
  act?.()
  return act !== undefined
}
