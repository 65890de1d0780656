// New records: a draft of the kind, opened at once.
import { change } from '@/shared/query.svelte'
import { focusRecord } from '@/shared/focus'
import { router } from '@/shared/router.svelte'

/** Kinds that the menu New offers. */
export const newKinds = [
  'resource', 'accession', 'digital_object', 'agent_person', 'agent_family', 'agent_corporate_entity', 'subject',
  'top_container', 'location', 'event',
]

/** Makes a draft and opens it with the focus in its form. */
export async function newRecord(kind: string, repo: string | undefined): Promise<void> {
  const made = await change('new_record', { kind, repo: repo ?? null })
  router.go({ page: 'record', uri: made.uri })
  focusRecord()
}
