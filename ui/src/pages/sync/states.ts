// What the state of a record that waits says to an archivist.
import type { OutboxRow } from '@/backend'
import { t } from '@/i18n'
import { errorText, valueLabel } from '@/i18n/labels'
import type { IconName } from '@/shared/icons'

/** States that a person has to do something about. */
export const needsSomebody = (row: OutboxRow): boolean => ['conflict', 'refused', 'needs_value', 'waits'].includes(row.state)

const marks: Record<string, [IconName, string]> = {
  waiting: ['arrow-up', 'accent'],
  sending: ['refresh-cw', 'accent'],
  unanswered: ['arrow-up', 'accent'],
  waits: ['clipboard-check', 't2'],
  conflict: ['split', 'theirs'],
  refused: ['circle-alert', 'error'],
  needs_value: ['circle-alert', 'error'],
}

/** Mark and colour of a state. */
export const markOf = (row: OutboxRow): [IconName, string] => marks[row.state] ?? ['arrow-up', 'accent']

/** A state as a sentence, with its reason. */
export function stateText(row: OutboxRow): string {
  if (row.state === 'waits') return t('outbox-state-waits', { title: row.waits_for?.title || t('untitled') })
  if (row.state === 'needs_value') {
    const [list = '', value = ''] = (row.value ?? '').split(': ', 2)
    return t('outbox-state-needs_value', { value: valueLabel(list, value) })
  }
  return row.problem ? errorText(row.problem) : t(`outbox-state-${row.state}`)
}
