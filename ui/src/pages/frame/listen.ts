// The keys of the window. What has the focus sees a key first; what it leaves comes here.
import { offered, perform } from '@/shared/actions'
import { keys, matches, takesText, type Action } from '@/shared/keys'

const everywhere = (Object.keys(keys) as Action[]).filter((action) => ['window', 'record'].includes(keys[action].scope))
// Keys that mean something else while text is typed.
const notInText: Action[] = ['undo', 'redo', 'keys']

function key(event: KeyboardEvent) {
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return
  const action = everywhere.find((a) => matches(event, a) && offered(a))
  if (!action || (takesText(event.target) && notInText.includes(action))) return
  event.preventDefault()
  perform(action)
}

/** Listens until the returned function is called. */
export function listenToKeys(): () => void {
  addEventListener('keydown', key)
  return () => removeEventListener('keydown', key)
}
