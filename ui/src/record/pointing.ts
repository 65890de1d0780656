/** What moves the form waits until a press of the pointer is over, or the click would land elsewhere. */

let pressed = false

if (typeof addEventListener === 'function') {
  addEventListener('pointerdown', () => (pressed = true), { capture: true })
  for (const over of ['pointerup', 'pointercancel']) addEventListener(over, () => (pressed = false), { capture: true })
}

/** Resolves at once, or after the click that a pressed pointer is about to make. */
export function settled(): Promise<void> {
  if (!pressed) return Promise.resolve()
  return new Promise((resolve) => {
    const over = () => setTimeout(resolve)
    addEventListener('pointerup', over, { once: true })
    addEventListener('pointercancel', over, { once: true })
  })
}
