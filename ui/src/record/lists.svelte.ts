// Controlled lists as they are here, asked once and again when they change.
import { call, type EnumValues } from '@/backend'
import { onTouched } from '@/shared/query.svelte'
import { shippedList } from './schema'

let own = $state.raw<Record<string, EnumValues>>({})
let asked = false

async function ask() {
  try {
    own = (await call('enums', {})) as Record<string, EnumValues>
  } catch {
    // The shipped lists serve until the desk answers.
    asked = false
  }
}

/** A list with the repository's own values. */
export function listOf(name: string): { values: string[]; suppressed: string[] } {
  if (!asked) {
    asked = true
    onTouched((tags) => tags.includes('enums') && void ask())
    void ask()
  }
  const list = own[name]
  return { values: list?.values ?? shippedList(name)?.values ?? [], suppressed: list?.suppressed ?? [] }
}
