// What is said where something cannot be taken back, with the way on.
import { apiError } from '@/backend'
import { errorText } from '@/i18n/labels'
import { t } from '@/i18n'
import { format } from '@/shared/route'
import { recordRoute } from '@/shared/router.svelte'
import type { Toast } from '@/shared/toast'

export function notUndone(thrown: unknown): Toast {
  const error = apiError(thrown)
  const uri = typeof error.args?.uri === 'string' ? error.args.uri : undefined
  if (!uri) return { text: errorText(error) }
  // What both changed is chosen in the history, field by field.
  const clashes = error.code === 'undo_clashes'
  const href = format(clashes ? { page: 'history', uri } : recordRoute(uri))
  return { text: errorText(error), link: { href, label: t(clashes ? 'news-compare' : 'open-record') } }
}
