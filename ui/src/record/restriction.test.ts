import { expect, it } from 'vitest'
import { repairOf } from './repair'
import { restriction } from './restriction'

const note = (end?: string) => ({ type: 'accessrestrict', rights_restriction: { begin: '1988', ...(end && { end }) } })

it('finds the note that closes longest', () => {
  const document = { restrictions_apply: true, notes: [note('2031-01-01'), note('2040-01-01'), note('1999-01-01')] }
  expect(restriction(document, '2026-11-21')).toEqual({ pointer: '/notes/1', until: '2040-01-01' })
})

it('takes the switch where no note has a date, and nothing where there is none', () => {
  expect(restriction({ restrictions_apply: true, notes: [note()] }, '2026-11-21')).toEqual({
    pointer: '/restrictions_apply',
  })
  expect(restriction({ notes: [note('1999-01-01')] }, '2026-11-21')).toBeUndefined()
})

it('offers the date as written for one that cannot be', () => {
  const document = { dates: [{ expression: '1923-1941', begin: '1923', end: '1914' }] }
  const problem = { pointer: '/dates/0/end', code: 'end_before_begin', severity: 'error' as const }
  expect(repairOf(problem, document)).toEqual({ pointer: '/dates/0/end', value: '1941', label: '1941' })
  expect(repairOf({ ...problem, pointer: '/dates/0/begin' }, document)).toBeUndefined()
})
