/** Whether access is restricted, until when, and where the form says so. */
import { isObject, type Doc, type Json } from './pointer'

export interface Restriction {
  pointer: string
  /** Last day, as written. */
  until?: string
}

const SWITCHES = ['restrictions_apply', 'restrictions', 'access_restrictions', 'use_restrictions', 'restricted']

export function restriction(document: Doc, today = new Date().toISOString().slice(0, 10)): Restriction | undefined {
  const note = notes(document['notes'], today)
  if (note) return note
  const name = SWITCHES.find((one) => document[one] === true)
  return name ? { pointer: `/${name}` } : undefined
}

/** The note that closes longest; one without an end has no date. */
function notes(list: Json | undefined, today: string): Restriction | undefined {
  if (!Array.isArray(list)) return undefined
  const found = list.flatMap((note, at): Restriction[] => {
    if (!isObject(note) || note['type'] !== 'accessrestrict') return []
    const rights = note['rights_restriction']
    if (!isObject(rights)) return []
    const end = rights['end']
    if (typeof end === 'string' && end) return end >= today ? [{ pointer: `/notes/${at}`, until: end }] : []
    const types = rights['local_access_restriction_type']
    return Array.isArray(types) && types.length > 0 ? [{ pointer: `/notes/${at}` }] : []
  })
  return found.toSorted((a, b) => (b.until ?? '9999').localeCompare(a.until ?? '9999'))[0]
}
