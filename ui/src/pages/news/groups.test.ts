import { expect, test } from 'vitest'
import type { NewsRow } from '@/backend'
import { byPerson, byRecord, fieldNames } from './groups'

const row = (uri: string, by: string | null, fields: string[] = []): NewsRow =>
  ({ uri, kind: 'accession', title: uri, action: 'update', fields, by, at: '2026-11-20T10:05:00Z', held: true })

test('news stand together by record and by person', () => {
  const rows = [row('/a', 'ada'), row('/b', 'ben'), row('/a', 'ben'), row('/c', null)]
  expect(byRecord(rows).map((group) => [group.label, group.rows.length])).toEqual([['/a', 2], ['/b', 1], ['/c', 1]])
  expect(byPerson(rows).map((group) => [group.label, group.rows.length])).toEqual([['ada', 1], ['ben', 2], ['', 1]])
})

test('a field is named once, however much of it changed', () => {
  expect(fieldNames(row('/a', 'ada', ['/title', '/dates/0/begin', '/dates/0/end']))).toEqual(['Title', 'Dates'])
})
