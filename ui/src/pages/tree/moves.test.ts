import { expect, test } from 'vitest'
import { TreeModel } from './model'
import { beside, step } from './moves'

function tree() {
  const row = (uri: string, position: number, children = 0) => ({ uri, kind: 'archival_object', title: uri, children, position })
  const model = new TreeModel(row('root', 0, 4))
  model.put('root', 0, 4, [row('a', 0), row('b', 1, 2), row('c', 2), row('d', 3)])
  model.open('b')
  model.put('b', 0, 2, [row('b0', 0), row('b1', 1)])
  return model
}

test('one step each way', () => {
  const model = tree()
  expect(step(model, ['c'], 'up')).toEqual({ root: 'root', uris: ['c'], parent: null, position: 1 })
  expect(step(model, ['b', 'c'], 'down')).toEqual({ root: 'root', uris: ['b', 'c'], parent: null, position: 2 })
  expect(step(model, ['b1'], 'out')).toEqual({ root: 'root', uris: ['b1'], parent: null, position: 2 })
  expect(step(model, ['c'], 'in')).toEqual({ root: 'root', uris: ['c'], parent: 'b', position: 2 })
})

test('no step where there is no place', () => {
  const model = tree()
  expect(step(model, ['a'], 'up')).toBeUndefined()
  expect(step(model, ['d'], 'down')).toBeUndefined()
  expect(step(model, ['a'], 'out')).toBeUndefined()
  expect(step(model, ['a'], 'in')).toBeUndefined()
  expect(step(model, ['root'], 'down')).toBeUndefined()
})

test('ranks are counted without what moves', () => {
  const model = tree()
  expect(beside(model, ['a'], 'd', 'before')?.position).toBe(2)
  expect(beside(model, ['d'], 'a', 'after')?.position).toBe(1)
  expect(beside(model, ['a'], 'b', 'inside')).toEqual({ root: 'root', uris: ['a'], parent: 'b', position: 2 })
  expect(beside(model, ['b'], 'b1', 'after')).toBeUndefined()
})
