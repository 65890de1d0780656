import { expect, test } from 'vitest'
import type { TreeRow } from '@/backend'
import { TreeModel } from './model'

const row = (uri: string, children = 0, position = 0): TreeRow => ({ uri, kind: 'archival_object', title: `Title ${uri}`, children, position })
const rows = (prefix: string, from: number, to: number, children = 0) =>
  Array.from({ length: to - from }, (_, i) => row(`${prefix}${from + i}`, children, from + i))
const shown = (model: TreeModel) => model.slots.map((_, i) => model.uriAt(i) ?? '…')

function small() {
  const model = new TreeModel(row('root', 3))
  model.put('root', 0, 3, rows('a', 0, 3, 2))
  return model
}

test('the root is open and its children are wanted', () => {
  const model = new TreeModel(row('root', 3))
  expect(shown(model)).toEqual(['root', '…', '…', '…'])
  expect(model.gaps(0, 10, 200)).toEqual([{ parent: 'root', offset: 0 }])
})

test('a node opens where it stands', () => {
  const model = small()
  model.open('a1')
  expect(shown(model)).toEqual(['root', 'a0', 'a1', '…', '…', 'a2'])
  model.put('a1', 0, 2, rows('b', 0, 2))
  expect(shown(model)).toEqual(['root', 'a0', 'a1', 'b0', 'b1', 'a2'])
  expect(model.slots.map((s) => s.level)).toEqual([1, 2, 2, 3, 3, 2])
  expect(model.indexOf('a2')).toBe(5)
  expect(model.parent('b1')).toBe('a1')
  model.close('a1')
  expect(shown(model)).toEqual(['root', 'a0', 'a1', 'a2'])
  expect(model.indexOf('b0')).toBe(-1)
})

test('ten thousand siblings are fetched as they come into view', () => {
  const model = new TreeModel(row('root', 10_000))
  expect(model.slots.length).toBe(10_001)
  expect(model.gaps(5_000, 5_040, 200)).toEqual([{ parent: 'root', offset: 4_800 }, { parent: 'root', offset: 5_000 }])
  model.put('root', 4_800, 10_000, rows('a', 4_800, 5_000))
  expect(model.gaps(5_000, 5_040, 200)).toEqual([{ parent: 'root', offset: 5_000 }])
  expect(model.uriAt(5_000)).toBe('a4999')
  expect(model.fetched(200)).toEqual([{ parent: 'root', offset: 0 }, { parent: 'root', offset: 4_800 }])
})

test('a change of the desk is put in and opened nodes stay open', () => {
  const model = small()
  model.open('a0')
  model.put('a0', 0, 2, rows('b', 0, 2))
  model.put('root', 0, 2, [row('a2', 2), row('a0', 2)])
  expect(shown(model)).toEqual(['root', 'a2', 'a0', 'b0', 'b1'])
})

test('opening all siblings leaves those without children', () => {
  const model = new TreeModel(row('root', 2))
  model.put('root', 0, 2, [row('a0', 0), row('a1', 1)])
  model.openSiblings('a0')
  expect(shown(model)).toEqual(['root', 'a0', 'a1', '…'])
})

test('letters go to the next title that begins so, and round', () => {
  const model = new TreeModel(row('root', 3))
  model.put('root', 0, 3, ['Letters', '<emph render="italic">Ledgers</emph>', 'Maps'].map((title, i) => ({ ...row(`a${i}`), title })))
  expect(model.beginning('le', 2)).toBe(2)
  expect(model.beginning('LE', 3)).toBe(1)
  expect(model.beginning('x', 0)).toBe(-1)
})
