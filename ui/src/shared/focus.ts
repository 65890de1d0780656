// Where the focus goes: panes by number and by F6, the form of a record that was opened.
// What was asked for is remembered while it is still being fetched.
import { tick } from 'svelte'
import { takesText } from './keys'

type Pane = 'navigation' | 'list' | 'record'

const shown = (element: HTMLElement) => element.offsetParent !== null || element.getClientRects().length > 0

/** The panes of the window in reading order, without those that are not shown. */
const panes = (): HTMLElement[] =>
  ['navigation', 'list', 'record'].flatMap((name) => [...document.querySelectorAll<HTMLElement>(`[data-pane="${name}"]`)]).filter(shown)

const paneOf = (name: Pane) => panes().find((pane) => pane.dataset['pane'] === name)

const focusable = 'a[href], button, input, select, textarea, [tabindex="0"], [contenteditable="true"]'

const within = (pane: HTMLElement, selector: string) => [...pane.querySelectorAll<HTMLElement>(selector)].find(shown)

/** Gives the focus; false where it was not taken. */
function give(target: HTMLElement | undefined): boolean {
  target?.focus()
  return target !== undefined && document.activeElement === target
}

/** Gives the focus to a pane: to the stop that it names itself, else to its first. A busy pane is waited for. */
function enter(pane: HTMLElement): boolean {
  if (give(within(pane, 'input[data-first-focus], a[data-first-focus], [data-first-focus] [tabindex="0"]'))) return true
  return !pane.querySelector('[aria-busy="true"]') && give(within(pane, focusable))
}

/** The first field with a problem, else the first field of the form, else what the pane has. */
function enterRecord(pane: HTMLElement): boolean {
  if (pane.querySelector('[aria-busy="true"]')) return false
  const fields = [...pane.querySelectorAll<HTMLElement>('input:not([type="hidden"], [disabled], [readonly]), textarea, select, [contenteditable="true"]')].filter(shown)
  return give(fields.find((f) => f.getAttribute('aria-invalid') === 'true') ?? fields.find((f) => !f.closest('[data-pane-tools]'))) || enter(pane)
}

function attempt(name: Pane): boolean {
  const pane = paneOf(name)
  return pane !== undefined && (name === 'record' ? enterRecord(pane) : enter(pane))
}

type Settle = () => Promise<unknown> | undefined
const settling = new Set<Settle>()

/** What waits for the keys to rest is done before the focus leaves: the record shown is the one that was moved to.
 *  Answers a promise where that is still being fetched. */
export function beforeLeaving(settle: Settle): () => void {
  settling.add(settle)
  return () => settling.delete(settle)
}

let forget: (() => void) | undefined

/** Goes to a pane as soon as it can take the focus. */
export function focusPane(name: Pane): void {
  forget?.()
  const coming = [...settling].flatMap((settle) => settle() ?? [])
  if (name === 'record' && coming.length) return wait(name, Promise.all(coming).then(tick))
  let given = false
  forget = () => (given = true)
  // What the address changed is drawn after this tick.
  void tick().then(() => !given && (attempt(name) || wait(name)))
}

/** Keys that move in rows: pressed while these are fetched, they count from the first row. */
const moving = /^(Arrow|Page)|^(Home|End|Enter)$/

/** Waits until the pane can take the focus, not before `ready`, or the person goes elsewhere: then it is never taken from there. */
function wait(name: Pane, ready?: Promise<void>): void {
  const pressed: KeyboardEvent[] = []
  // The pane itself holds the place, so that what is pressed meanwhile does not go to the pane that was left.
  const pane = paneOf(name)
  if (pane) pane.tabIndex = -1
  pane?.focus()
  const from = document.activeElement
  const stayed = () => document.activeElement === from || document.activeElement === document.body

  let due = !ready

  const look = () => {
    if (!stayed()) return stop()
    if (!due || !attempt(name)) return
    stop()
    for (const event of pressed) document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', event))
  }
  const observer = new MutationObserver(look)
  const key = (event: KeyboardEvent) => {
    if (!stayed() || takesText(event.target)) return stop()
    if (name !== 'list' || event.ctrlKey || event.metaKey || event.altKey || !moving.test(event.key)) return
    pressed.push(event)
    event.preventDefault()
    event.stopPropagation()
  }
  const stop = () => {
    observer.disconnect()
    removeEventListener('keydown', key, true)
    removeEventListener('pointerdown', stop, true)
    if (forget === stop) forget = undefined
  }
  forget = stop
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-busy', 'tabindex'] })
  addEventListener('keydown', key, true)
  addEventListener('pointerdown', stop, true)
  void ready?.then(() => {
    due = true
    if (forget === stop) look()
  })
}

/** Goes round the panes. */
export function nextPane(step: 1 | -1): void {
  const list = panes()
  const at = list.findIndex((pane) => pane.contains(document.activeElement))
  for (let i = 1; i <= list.length; i++) {
    const pane = list[(at + step * i + list.length * 2) % list.length]
    const busy = pane?.querySelector('[aria-busy="true"]')
    if (pane && (busy || within(pane, focusable))) return focusPane(pane.dataset['pane'] as Pane)
  }
}

/** Goes to the form of a record as soon as it is drawn. */
export const focusRecord = (): void => focusPane('record')
