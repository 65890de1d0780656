// What was done and can be taken back. Never for errors.

export interface Toast {
  text: string
  /** The operation that Undo takes back. */
  op?: number | null
  /** Where to go on. */
  link?: { href: string; label: string }
}

type Heard = (toast: Toast) => void
const screens = new Set<Heard>()

/** Tells what was done: `toast({ text, op })`. */
export function toast(told: Toast): void {
  for (const show of screens) show(told)
}

/** Shows toasts until the returned function is called. */
export function onToast(show: Heard): () => void {
  screens.add(show)
  return () => screens.delete(show)
}
