// Widths of the middle pane, kept for each kind of page on this computer.
import { rem } from '@/shared/rem'

const kept = $state<Record<string, number>>(JSON.parse(localStorage.getItem('fonds.panes') ?? '{}'))
const usual: Record<string, number> = { conflicts: 17, history: 23 }

/** The width of the pane of a kind of page. */
export function width(kind: string) {
  const fallback = rem(usual[kind] ?? 33.25)
  return {
    now: kept[kind] ?? fallback,
    usual: fallback,
    set: (pixels: number) => {
      kept[kind] = pixels
      localStorage.setItem('fonds.panes', JSON.stringify(kept))
    },
  }
}
