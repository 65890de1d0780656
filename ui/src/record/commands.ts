/** What the form asks of the desk about its record. */
import { apiError, call, type ApiError, type Row, type SaveOutput } from '@/backend'
import { t } from '@/i18n'
import { errorText, problemText } from '@/i18n/labels'
import { change } from '@/shared/query.svelte'
import { toast } from '@/shared/toast'
import type { Port } from './draft'
import type { Doc } from './pointer'

export interface Desk extends Port {
  save(record: Doc): Promise<SaveOutput>
  /** A failure that has no place in the form. */
  tell(thrown: unknown): void
}

/** The address is asked for each time: sending a record gives it another one. */
export function commands(uri: () => string, kind: string): Desk {
  return {
    keep: (record) => change('keep_draft', { uri: uri(), kind, record }),
    discard: () => change('discard_draft', { uri: uri() }),
    check: (record) => call('check_record', { uri: uri(), kind, record }),
    save: (record) => change('save_record', { uri: uri(), kind, record }),
    tell: (thrown) => toast({ text: told(apiError(thrown)) }),
  }
}

function told(error: ApiError): string {
  return error.code === 'not_made' ? t('record-not-made', { why: String(error.args?.['why'] ?? '') }) : errorText(error)
}

/** Records that may be linked, for what was typed. */
export async function lookUp(kinds: string[], repo: string | undefined, text: string): Promise<Row[]> {
  const { rows } = await call('typeahead', { kinds, repo: repo ?? null, text, limit: 12 })
  return rows
}

/** A new record beside this one, with its first words; answers its address. One that cannot be saved leaves nothing behind. */
export async function create(kind: string, repo: string | undefined, record: Doc): Promise<string> {
  const made = await call('new_record', { kind, repo: repo ?? null })
  const begun = { ...made.record, ...made.draft?.record, ...record }
  const output = await change('save_record', { uri: made.uri, kind, record: begun })
  if (output.saved) return made.uri
  await letGo(made.uri)
  const problem = output.problems.find((one) => one.severity === 'error')
  throw { code: 'not_made', args: { why: problem ? problemText(problem) : '' } } satisfies ApiError
}

export async function letGo(uri: string): Promise<void> {
  await change('discard_draft', { uri })
}

export async function remove(uri: string, title: string): Promise<void> {
  const { op } = await change('delete_record', { uri })
  toast({ text: t('record-deleted', { title }), op: op ?? null })
}
