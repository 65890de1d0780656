import { expect, test } from 'vitest'
import { format, listRoute, parse, type Route } from './route'

test.each<Route>([
  { page: 'start' },
  { page: 'import' },
  { page: 'conflicts' },
  { page: 'conflicts', uri: '/repositories/2/accessions/7' },
  { page: 'tree', uri: '/repositories/2/resources/local_0195' },
  listRoute('all', { query: 'größe & "box 3"', filters: { level: ['file', 'item'], subjects: ['/subjects/4'] } }),
  listRoute('agent', { open: '/agents/people/1' }),
])('%j is read as it was written', (route) => {
  expect(parse(format(route))).toEqual(route)
})

test('what is not known is the start page', () => {
  for (const hash of ['', '#', '#/', '#/nothing', '#/tree']) expect(parse(hash)).toEqual({ page: 'start' })
})
