import { expect, test } from 'vitest'
import { beginnings, order } from './find'

test('every word may be a beginning, and signs are no syntax', () => {
  expect(beginnings('harb. photo')).toBe('harb* photo*')
  expect(beginnings('box:(3')).toBe('box* 3*')
  expect(beginnings(' "" ')).toBe('')
})

test('places are ordered as the tree shows them', () => {
  const shown = [[0], [0, 0], [0, 10], [1], [1, 2, 3], [2]]
  expect([...shown].reverse().sort(order)).toEqual(shown)
})
