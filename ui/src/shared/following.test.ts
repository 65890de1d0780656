import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Following } from './following'

let shown = 'a'
let active = 'a'
const following = () => new Following(() => shown, () => (shown = active))

beforeEach(() => {
  vi.useFakeTimers()
  ;[shown, active] = ['a', 'a']
})
afterEach(() => void vi.useRealTimers())

function move(one: Following, to: string) {
  one.moved()
  active = to
  one.later()
}

test('the record follows when the keys rest', () => {
  const one = following()
  move(one, 'b')
  vi.advanceTimersByTime(100)
  move(one, 'c')
  vi.advanceTimersByTime(100)
  expect(shown).toBe('a')
  vi.advanceTimersByTime(100)
  expect(shown).toBe('c')
})

test('what would follow follows at once, and once', () => {
  const one = following()
  move(one, 'b')
  one.now()
  expect(shown).toBe('b')
  active = 'c'
  one.now()
  vi.runAllTimers()
  expect(shown).toBe('b')
})

test('a record that was asked for since counts', () => {
  const one = following()
  move(one, 'b')
  shown = 'found'
  vi.runAllTimers()
  expect(shown).toBe('found')
})

test('a row that comes late is followed', () => {
  const one = following()
  move(one, shown)
  vi.runAllTimers()
  active = 'b'
  one.later()
  vi.runAllTimers()
  expect(shown).toBe('b')
})
