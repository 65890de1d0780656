// Finding in a tree: components that have the words, in the order of the tree.
import { call } from '@/backend'

/** More than these are not stepped through; the search page is for that. */
const most = 100

export interface Found {
  uris: string[]
  total: number
}

/** Each word may be the beginning of one. */
export const beginnings = (text: string): string => (text.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `${word}*`).join(' ')

/** Components below a root that have all words. */
export async function findIn(root: string, text: string): Promise<Found> {
  const query = beginnings(text)
  if (!query) return { uris: [], total: 0 }
  const { hits, total } = await call('search', { query, root, limit: most })
  const placed = await Promise.all(
    hits.map(async ({ uri }) => ({ uri, ranks: await call('tree_path', { uri }).then((path) => path.steps.map((step) => step.position), () => undefined) })),
  )
  const inTree = placed.flatMap(({ uri, ranks }) => (ranks?.length ? [{ uri, ranks }] : []))
  return { uris: inTree.sort((a, b) => order(a.ranks, b.ranks)).map(({ uri }) => uri), total }
}

/** The order of two places in a tree: what is above comes first. */
export function order(a: number[], b: number[]): number {
  const at = a.findIndex((rank, i) => rank !== b[i])
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1)
}
