import { expect, test } from 'vitest'
import type { Row } from '@/backend'
import { Selection } from './selection.svelte'

const row = (index: number) => ({ uri: `/${index}`, kind: 'resource', title: `${index}` }) as Row
const rows = Array.from({ length: 9 }, (_, i) => row(i))
const bench = () => new Selection((first, last) => Promise.resolve(rows.slice(first, last + 1)))
const titles = (selection: Selection) => selection.rows.map((r) => r.title).sort().join('')

test('with Shift it is from where one began to where one is', async () => {
  const selection = bench()
  await selection.extend(2, 3)
  await selection.extend(3, 5)
  expect(titles(selection)).toBe('2345')
  await selection.extend(5, 1)
  expect(titles(selection)).toBe('12')
})

test('what was selected before stays', async () => {
  const selection = bench()
  selection.toggle(row(8), 8)
  selection.moved()
  await selection.extend(0, 1)
  await selection.extend(1, 0)
  expect(titles(selection)).toBe('08')
  selection.toggle(row(0), 0)
  expect(titles(selection)).toBe('8')
  selection.clear()
  expect(selection.size).toBe(0)
})

test('from a row that was chosen by itself', async () => {
  const selection = bench()
  selection.toggle(row(4), 4)
  await selection.extend(4, 6)
  expect(titles(selection)).toBe('456')
  await selection.all(9)
  expect(selection.size).toBe(9)
})

test('rows that come late are not selected any more', async () => {
  let come!: (rows: Row[]) => void
  const selection = new Selection(() => new Promise((done) => (come = done)))
  void selection.all(9)
  selection.clear()
  come(rows)
  await selection.settled
  expect(selection.size).toBe(0)
})
