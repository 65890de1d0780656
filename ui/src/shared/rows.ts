// Keys that move in rows: lists and trees have the same.

/** The row that a key leads to; nothing when it is another key. */
export function rowAfter(event: KeyboardEvent, active: number, count: number, page: number): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  const to = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: count - 1, PageDown: active + page, PageUp: active - page }[event.key]
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to))
}
