import { expect, test } from 'vitest'
import { diffItems, diffWords } from './diff'

const told = (old: string, now: string) =>
  diffWords(old, now).map(({ text, how }) => ({ same: text, gone: `[-${text}-]`, new: `[+${text}+]` })[how]).join('')

test('words that changed', () => {
  expect(told('1939', '1940')).toBe('[-1939-][+1940+]')
  expect(told('Letters from Hamburg', 'Letters and telegrams from Hamburg')).toBe('Letters [+and telegrams +]from Hamburg')
  expect(told('', 'New')).toBe('[+New+]')
  expect(told('Same', 'Same')).toBe('Same')
})

test('what hardly stayed is told as changed', () => {
  expect(told('Tremaine, R., solicitor, on the sale of the firm', 'Tremaine, as the colleague has it')).toBe(
    'Tremaine, [-R., solicitor, on the sale of the firm-][+as the colleague has it+]',
  )
  expect(told('Box 3 of 12', 'Box 4 of 12')).toBe('Box [-3-][+4+] of 12')
})

test('both texts can be read from the difference', () => {
  const [old, now] = ['Lists of names, in two hands.', 'A list of names; in pencil.']
  const parts = diffWords(old, now)
  expect(parts.filter((p) => p.how !== 'new').map((p) => p.text).join('')).toBe(old)
  expect(parts.filter((p) => p.how !== 'gone').map((p) => p.text).join('')).toBe(now)
})

test('very long texts are told as a whole', () => {
  const long = Array.from({ length: 2000 }, (_, i) => `w${i}`).join(' ')
  expect(diffWords(long, `${long} end`)).toHaveLength(2)
})

test('items added and removed', () => {
  expect(diffItems(['a', 'b', 'c'], ['a', 'c', 'd'], (x, y) => x === y)).toEqual([
    { item: 'a', how: 'same' }, { item: 'b', how: 'gone' }, { item: 'c', how: 'same' }, { item: 'd', how: 'new' },
  ])
})
