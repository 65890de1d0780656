/** Tab goes round inside what lies over the rest. */
export function keepFocusIn(root: HTMLElement, event: KeyboardEvent): void {
  const stops = [...root.querySelectorAll<HTMLElement>('button:not([tabindex="-1"]), input, textarea, [contenteditable="true"]')]
  const at = stops.findIndex((stop) => stop === document.activeElement)
  stops[(at + (event.shiftKey ? -1 : 1) + stops.length) % stops.length]?.focus()
  event.preventDefault()
  event.stopPropagation()
}
