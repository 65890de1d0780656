// Where a move goes. Ranks are counted without the nodes that move, as the desk wants them.
import type { MoveInput } from '@/backend'
import type { TreeModel } from './model'

export type Direction = 'up' | 'down' | 'out' | 'in'
export type Side = 'before' | 'after' | 'inside'

const input = (model: TreeModel, uris: string[], parent: string, position: number): MoveInput => ({
  root: model.root,
  uris,
  parent: parent === model.root ? null : parent,
  position,
})

/** One step up, down, out or in; nothing when there is no such place. */
export function step(model: TreeModel, uris: string[], direction: Direction): MoveInput | undefined {
  const ranked = uris.map((uri) => ({ uri, row: model.row(uri), parent: model.parent(uri) }))
  const first = ranked[0]
  if (!first?.row || first.parent === undefined || ranked.some((r) => r.parent !== first.parent)) return undefined
  const { parent } = first
  const rank = Math.min(...ranked.map((r) => r.row?.position ?? 0))
  const ordered = ranked.sort((a, b) => (a.row?.position ?? 0) - (b.row?.position ?? 0)).map((r) => r.uri)
  switch (direction) {
    case 'up':
      return rank > 0 ? input(model, ordered, parent, rank - 1) : undefined
    case 'down':
      return rank + ordered.length < model.total(parent) ? input(model, ordered, parent, rank + 1) : undefined
    case 'out': {
      const above = model.parent(parent)
      return above === undefined ? undefined : input(model, ordered, above, (model.row(parent)?.position ?? 0) + 1)
    }
    case 'in': {
      const before = rank > 0 ? siblingAt(model, parent, rank - 1) : undefined
      return before === undefined ? undefined : input(model, ordered, before, model.total(before))
    }
  }
}

/** Beside or inside a node; nothing when that is inside what moves. */
export function beside(model: TreeModel, uris: string[], target: string, side: Side): MoveInput | undefined {
  for (let up: string | undefined = target; up !== undefined; up = model.parent(up)) if (uris.includes(up)) return undefined
  const parent = model.parent(target)
  if (side === 'inside' || parent === undefined) return input(model, uris, target, model.total(target))
  const rank = model.row(target)?.position ?? 0
  const passed = uris.filter((uri) => model.parent(uri) === parent && (model.row(uri)?.position ?? 0) < rank).length
  return input(model, uris, parent, rank - passed + (side === 'after' ? 1 : 0))
}

function siblingAt(model: TreeModel, parent: string, rank: number): string | undefined {
  const index = model.slots.findIndex((slot) => slot.parent === parent && slot.rank === rank)
  return model.uriAt(index)
}
