// News in groups, and the names of the fields that changed.
import type { NewsRow } from '@/backend'
import { placeOf } from '../compare'

export interface Group {
  key: string
  label: string
  rows: NewsRow[]
}

function grouped(rows: NewsRow[], key: (row: NewsRow) => string, label: (row: NewsRow) => string): Group[] {
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const group = groups.get(key(row)) ?? { key: key(row), label: label(row), rows: [] }
    group.rows.push(row)
    groups.set(group.key, group)
  }
  return [...groups.values()]
}

/** One group a record, the latest change first. */
export const byRecord = (rows: NewsRow[]): Group[] => grouped(rows, (row) => row.uri, (row) => row.title)

/** One group a person; nobody's changes together. */
export const byPerson = (rows: NewsRow[]): Group[] => grouped(rows, (row) => row.by ?? '', (row) => row.by ?? '')

/** The names of the fields that changed, each once: the outermost field that a pointer leads into. */
export function fieldNames(row: NewsRow): string[] {
  const outer = row.fields.map((pointer) => `/${pointer.split('/')[1] ?? ''}`)
  return [...new Set(outer)].map((pointer) => placeOf(row.kind, {}, pointer).name).filter(Boolean)
}
