/** What would cure a problem, where that can be said. */
import type { Problem } from '@/backend'
import { get, parent, type Doc, type Json } from './pointer'
import { read } from './written_date'

export interface Repair {
  pointer: string
  value: Json
  label: string
}

export function repairOf(problem: Problem, document: Doc): Repair | undefined {
  const offered = problem.args?.['suggestion']
  if (typeof offered === 'string' || typeof offered === 'number') {
    return { pointer: problem.pointer, value: offered, label: String(offered) }
  }
  if (/\/(begin|end)$/.test(problem.pointer)) return fromWritten(problem, document)
  return undefined
}

/** A normalised date is put right from the date as written. */
function fromWritten(problem: Problem, document: Doc): Repair | undefined {
  const written = get(document, `${parent(problem.pointer)}/expression`)
  const reading = typeof written === 'string' ? read(written) : undefined
  const value = problem.pointer.endsWith('/end') ? reading?.end : reading?.begin
  if (!value || value === get(document, problem.pointer)) return undefined
  return { pointer: problem.pointer, value, label: value }
}
