// What changed between two texts, in words; between two lists, in items.

export interface Part {
  text: string
  /** In both, only in the old, only in the new. */
  how: 'same' | 'gone' | 'new'
}

/** Longer texts are told as a whole: the table of comparison grows with the product. */
const most = 1500

/** The words of two texts, joined where neighbours changed alike. */
export function diffWords(old: string, now: string): Part[] {
  if (old === now) return now ? [{ text: now, how: 'same' }] : []
  const [a, b] = [words(old), words(now)]
  if (a.length > most || b.length > most) return join([{ text: old, how: 'gone' }, { text: now, how: 'new' }])
  return readable(join(diffItems(a, b, (x, y) => x === y).map(({ item, how }) => ({ text: item, how }))))
}

const words = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []

/** The items of two lists in the order of the new one, those that went where they stood. */
export function diffItems<T>(a: T[], b: T[], same: (x: T, y: T) => boolean): { item: T; how: Part['how'] }[] {
  // Length of the longest common sequence from (i, j) on.
  const width = b.length + 1
  const table = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = same(a[i]!, b[j]!)
        ? table[(i + 1) * width + j + 1]! + 1
        : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!)
    }
  }
  const out: { item: T; how: Part['how'] }[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(a[i]!, b[j]!)) {
      out.push({ item: b[j]!, how: 'same' })
      ;[i, j] = [i + 1, j + 1]
    } else if (i < a.length && (j >= b.length || table[(i + 1) * width + j]! >= table[i * width + j + 1]!)) {
      out.push({ item: a[i++]!, how: 'gone' })
    } else {
      out.push({ item: b[j++]!, how: 'new' })
    }
  }
  return out
}

/** What stands in one place of the two texts. */
interface Place {
  old: string
  now: string
}

/** Takes what stayed between two changes into them where it is shorter than both: a lone word, or the space between words. */
function readable(parts: Part[]): Part[] {
  const places: Place[] = []
  for (const { text, how } of parts) {
    const last = places.at(-1)
    if (how === 'same') places.push({ old: text, now: text })
    else if (last && last.old !== last.now) last[how === 'gone' ? 'old' : 'now'] += text
    else places.push({ old: how === 'gone' ? text : '', now: how === 'new' ? text : '' })
  }
  for (let at = 1; at < places.length - 1; ) {
    const [before, stayed, after] = [places[at - 1]!, places[at]!, places[at + 1]!]
    if (stayed.old !== stayed.now || stayed.now.length > Math.min(longer(before), longer(after))) at++
    else {
      places.splice(at - 1, 3, { old: before.old + stayed.old + after.old, now: before.now + stayed.now + after.now })
      at = Math.max(1, at - 1)
    }
  }
  return join(
    places.flatMap(({ old, now }): Part[] =>
      old === now ? [{ text: now, how: 'same' }] : [{ text: old, how: 'gone' }, { text: now, how: 'new' }],
    ),
  )
}

const longer = ({ old, now }: Place): number => Math.max(old.length, now.length)

/** Joins neighbours of one sort. */
function join(parts: Part[]): Part[] {
  const out: Part[] = []
  for (const part of parts.filter((p) => p.text)) {
    const before = out.at(-1)
    if (before?.how === part.how) before.text += part.text
    else out.push({ ...part })
  }
  return out
}
