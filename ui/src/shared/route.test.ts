import { expect, test } from 'vitest'
import { followed, format, listRoute, parse, type Route } from './route'

test.each<Route>([
  { page: 'start' },
  { page: 'import' },
  { page: 'news' },
  { page: 'conflicts' },
  { page: 'conflicts', uri: '/repositories/2/accessions/7' },
  { page: 'tree', uri: '/repositories/2/resources/local_0195' },
  listRoute('all', { query: 'größe & "box 3"', filters: { level: ['file', 'item'], subjects: ['/subjects/4'] } }),
  listRoute('agent', { open: '/agents/people/1' }),
  listRoute('archival_object'),
])('%j is read as it was written', (route) => {
  expect(parse(format(route))).toEqual(route)
})

test('what is not known is the start page', () => {
  for (const hash of ['', '#', '#/', '#/nothing', '#/tree', '#/list/nonsense', '#/list/date']) expect(parse(hash)).toEqual({ page: 'start' })
})

test('a page follows its record to another address, in its place', () => {
  expect(followed({ page: 'tree', uri: '/a/local_1' }, '/a/local_1', '/a/7')).toEqual({ page: 'tree', uri: '/a/7' })
  const list = listRoute('agent', { query: 'x', open: '/a/local_1' })
  expect(followed(list, '/a/local_1', '/a/7')).toEqual({ ...list, open: '/a/7' })
  expect(followed(list, '/a/local_2', '/a/8')).toBeUndefined()
  expect(followed({ page: 'start' }, '/a/local_1', '/a/7')).toBeUndefined()
})
