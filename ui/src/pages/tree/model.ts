// A tree of which only what was looked at is here: nodes, and the rows that are shown, in order.
// No window and no desk in it: what is fetched is put in by `put`.
import type { TreeRow } from '@/backend'
import { plainText } from '@/record/markup'

interface Node {
  row: TreeRow
  parent: string | undefined
  open: boolean
  /** Addresses of the children by rank; holes are not fetched yet. */
  children: (string | undefined)[]
  total: number
}

/** A shown row: which child of which parent. The root has no parent. */
export interface Slot {
  parent: string | undefined
  rank: number
  level: number
}

/** Children that are wanted: a page of a parent. */
export interface Gap {
  parent: string
  offset: number
}

export class TreeModel {
  readonly root: string
  slots: Slot[] = []
  #nodes = new Map<string, Node>()
  #places: Map<string, number> | undefined

  constructor(root: TreeRow) {
    this.root = root.uri
    this.#nodes.set(root.uri, { row: root, parent: undefined, open: true, children: [], total: root.children })
    this.#arrange()
  }

  row(uri: string): TreeRow | undefined {
    return this.#nodes.get(uri)?.row
  }

  /** The title of a node as it is shown, without markup; empty for one that is not here. */
  title(uri: string | undefined): string {
    return plainText((uri !== undefined && this.row(uri)?.title) || '')
  }

  parent(uri: string): string | undefined {
    return this.#nodes.get(uri)?.parent
  }

  isOpen(uri: string): boolean {
    return this.#nodes.get(uri)?.open ?? false
  }

  total(uri: string): number {
    return this.#nodes.get(uri)?.total ?? 0
  }

  /** The address in a shown row, if it is fetched. */
  uriAt(index: number): string | undefined {
    const slot = this.slots[index]
    return slot && this.uriIn(slot)
  }

  /** The address in a slot, also in one that is not shown any more. */
  uriIn(slot: Slot): string | undefined {
    return slot.parent === undefined ? this.root : this.#nodes.get(slot.parent)?.children[slot.rank]
  }

  rowAt(index: number): TreeRow | undefined {
    const uri = this.uriAt(index)
    return uri === undefined ? undefined : this.row(uri)
  }

  /** The shown row of a node, -1 when it is not shown. */
  indexOf(uri: string): number {
    if (!this.#places) {
      this.#places = new Map()
      for (let i = 0; i < this.slots.length; i++) {
        const at = this.uriAt(i)
        if (at !== undefined) this.#places.set(at, i)
      }
    }
    return this.#places.get(uri) ?? -1
  }

  /** Puts in what was fetched: the children of a parent from `offset` on. */
  put(parent: string, offset: number, total: number, rows: TreeRow[]): void {
    const node = this.#nodes.get(parent)
    if (!node) return
    const shape = node.total !== total
    node.total = total
    node.children.length = Math.min(node.children.length, total)
    let opened = false
    rows.forEach((row, i) => {
      const known = this.#nodes.get(row.uri)
      if (known) {
        Object.assign(known, { row, parent, total: row.children })
        opened ||= known.open
      } else {
        this.#nodes.set(row.uri, { row, parent, open: false, children: [], total: row.children })
      }
      node.children[offset + i] = row.uri
    })
    if (shape || opened) this.#arrange()
    this.#places = undefined
  }

  /** Replaces the root's own row. */
  putRoot(row: TreeRow): void {
    const node = this.#nodes.get(this.root)
    if (!node) return
    node.row = row
    if (node.total !== row.children) {
      node.total = row.children
      this.#arrange()
    }
  }

  open(uri: string): void {
    this.#set(uri, true)
  }

  close(uri: string): void {
    this.#set(uri, false)
  }

  /** Opens all siblings of a node that have children. */
  openSiblings(uri: string): void {
    const parent = this.parent(uri)
    const siblings = parent === undefined ? [this.root] : (this.#nodes.get(parent)?.children ?? [])
    for (const sibling of siblings) {
      const node = sibling === undefined ? undefined : this.#nodes.get(sibling)
      if (node && node.total > 0) node.open = true
    }
    this.#arrange()
  }

  /** Pages that hold rows between two shown ones and are not here. */
  gaps(first: number, last: number, size: number): Gap[] {
    const list: Gap[] = []
    for (let i = Math.max(0, first); i <= Math.min(last, this.slots.length - 1); i++) {
      const slot = this.slots[i]
      if (!slot || slot.parent === undefined || this.uriAt(i) !== undefined) continue
      const offset = Math.floor(slot.rank / size) * size
      const seen = list.at(-1)
      if (seen?.parent !== slot.parent || seen.offset !== offset) list.push({ parent: slot.parent, offset })
    }
    return list
  }

  /** Pages of opened nodes that were fetched: what to ask again after a change. */
  fetched(size: number): Gap[] {
    const list: Gap[] = []
    for (const [uri, node] of this.#nodes) {
      if (!node.open) continue
      for (let offset = 0; offset < Math.max(1, node.children.length); offset += size) {
        if (offset === 0 || node.children.slice(offset, offset + size).some((c) => c !== undefined)) list.push({ parent: uri, offset })
      }
    }
    return list
  }

  /** The next shown row after `from` whose title begins with what was typed, going round. */
  beginning(typed: string, from: number): number {
    const wanted = typed.toLocaleLowerCase()
    for (let step = 0; step < this.slots.length; step++) {
      const index = (from + step) % this.slots.length
      if (this.title(this.uriAt(index)).toLocaleLowerCase().startsWith(wanted)) return index
    }
    return -1
  }

  #set(uri: string, open: boolean): void {
    const node = this.#nodes.get(uri)
    if (!node || node.open === open) return
    node.open = open
    this.#arrange()
  }

  #arrange(): void {
    const slots: Slot[] = [{ parent: undefined, rank: 0, level: 1 }]
    const walk = (uri: string, level: number) => {
      const node = this.#nodes.get(uri)
      if (!node?.open) return
      for (let rank = 0; rank < node.total; rank++) {
        slots.push({ parent: uri, rank, level })
        const child = node.children[rank]
        if (child !== undefined) walk(child, level + 1)
      }
    }
    walk(this.root, 2)
    this.slots = slots
    this.#places = undefined
  }
}
