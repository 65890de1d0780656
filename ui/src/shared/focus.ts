// Where the focus goes: panes by number and by F6, the form of a record that was opened.

const shown = (element: HTMLElement) => element.offsetParent !== null || element.getClientRects().length > 0

/** The panes of the window in reading order, without those that are not shown. */
const panes = (): HTMLElement[] =>
  ['navigation', 'list', 'record'].flatMap((name) => [...document.querySelectorAll<HTMLElement>(`[data-pane="${name}"]`)]).filter(shown)

const focusable = 'a[href], button, input, select, textarea, [tabindex="0"], [contenteditable="true"]'

/** Gives the focus to a pane: to what had it last there, else to its first stop. */
function enter(pane: HTMLElement | undefined): boolean {
  if (!pane) return false
  const marked = pane.querySelector<HTMLElement>('[data-first-focus] [tabindex="0"], [data-first-focus][tabindex="0"], [data-first-focus]')
  const target = [marked, ...pane.querySelectorAll<HTMLElement>(focusable)].find((e) => e && shown(e))
  target?.focus()
  return target !== undefined
}

/** Goes to a pane by its name. */
export const focusPane = (name: 'navigation' | 'list' | 'record'): boolean =>
  name === 'record' ? focusForm() || enter(panes().find((p) => p.dataset.pane === name)) : enter(panes().find((p) => p.dataset.pane === name))

/** Goes round the panes. */
export function nextPane(step: 1 | -1): void {
  const list = panes()
  const at = list.findIndex((pane) => pane.contains(document.activeElement))
  for (let i = 1; i <= list.length; i++) {
    const pane = list[(at + step * i + list.length * 2) % list.length]
    if (enter(pane)) return
  }
}

/** The first field with a problem, else the first field of the form. */
function focusForm(): boolean {
  const pane = document.querySelector<HTMLElement>('[data-pane="record"]')
  if (!pane) return false
  const fields = [...pane.querySelectorAll<HTMLElement>('input:not([type="hidden"], [disabled], [readonly]), textarea, select, [contenteditable="true"]')].filter(shown)
  const target = fields.find((f) => f.getAttribute('aria-invalid') === 'true') ?? fields.find((f) => !f.closest('[data-pane-tools]'))
  target?.focus()
  return target !== undefined
}

/** Goes to the form of a record as soon as it is drawn; gives up when it takes longer than two seconds. */
export function focusRecord(): void {
  requestAnimationFrame(() => {
    if (focusForm()) return
    const observer = new MutationObserver(() => {
      if (focusForm()) observer.disconnect()
    })
    observer.observe(document.body, { childList: true, subtree: true })
    setTimeout(() => observer.disconnect(), 2000)
  })
}
