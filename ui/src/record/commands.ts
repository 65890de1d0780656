/** What the form asks of the desk about its record. */
import { apiError, call, type ApiError, type Row, type SaveOutput } from '@/backend'
import { t } from '@/i18n'
import { errorText } from '@/i18n/labels'
import { change } from '@/shared/query.svelte'
import { toast } from '@/shared/toast'
import type { Port } from './draft'
import type { Doc } from './pointer'

export interface Desk extends Port {
  save(record: Doc): Promise<SaveOutput>
  /** A failure that has no place in the form. */
  tell(thrown: unknown): void
}

export function commands(uri: string, kind: string): Desk {
  return {
    keep: (record) => change('keep_draft', { uri, kind, record }),
    discard: () => change('discard_draft', { uri }),
    check: (record) => call('check_record', { uri, kind, record }),
    save: (record) => change('save_record', { uri, kind, record }),
    tell: (thrown) => toast({ text: errorText(apiError(thrown)) }),
  }
}

/** Records that may be linked, for what was typed. */
export async function lookUp(kinds: string[], repo: string | undefined, text: string): Promise<Row[]> {
  const { rows } = await call('typeahead', { kinds, repo: repo ?? null, text, limit: 12 })
  return rows
}

/** A new record beside this one, with its first words; answers its address. */
export async function create(kind: string, repo: string | undefined, record: Doc): Promise<string> {
  const made = await call('new_record', { kind, repo: repo ?? null })
  const output = await change('save_record', { uri: made.uri, kind, record: { ...made.record, ...record } })
  if (!output.saved) throw { code: 'not_saved', args: {} } satisfies ApiError
  const own = output.record?.['uri']
  return typeof own === 'string' ? own : made.uri
}

export async function letGo(uri: string): Promise<void> {
  await change('discard_draft', { uri })
}

export async function remove(uri: string, title: string): Promise<void> {
  const { op } = await change('delete_record', { uri })
  toast({ text: t('record-deleted', { title }), op: op ?? null })
}
