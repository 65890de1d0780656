// What the palette offers for what was typed.
import type { Row } from '@/backend'
import { t } from '@/i18n'
import { inSentence, kindLabel } from '@/i18n/labels'
import { offered, perform } from '@/shared/actions'
import { focusRecord } from '@/shared/focus'
import type { IconName } from '@/shared/icons'
import { keys, type Action } from '@/shared/keys'
import { kindIcon, shelves } from '@/shared/kinds'
import { everything, listRoute } from '@/shared/route'
import { recordRoute, router } from '@/shared/router.svelte'
import type { Session } from '../session.svelte'
import { newKinds, newRecord } from './new'

export interface Choice {
  id: string
  label: string
  icon: IconName
  row?: Row
  action?: Action
  take: () => void
}
export interface Group {
  name: 'records' | 'actions' | 'go' | 'everywhere'
  choices: Choice[]
}

/** Groups of choices, the likeliest first; groups without a choice are left out. */
export function choices(typed: string, rows: Row[], session: Session): Group[] {
  const text = typed.replace(/^[>#@]/, '').trim()
  const like = (label: string) => label.toLowerCase().includes(text.toLowerCase())
  const groups: Group[] = [
    { name: 'records', choices: rows.map(record) },
    { name: 'actions', choices: [...actions(), ...news(session)].filter((c) => like(c.label)).slice(0, text ? 8 : 12) },
    { name: 'go', choices: typed.startsWith('>') ? [] : pages().filter((c) => like(c.label)).slice(0, 6) },
    { name: 'everywhere', choices: text && !typed.startsWith('>') ? [search(text)] : [] },
  ]
  return groups.filter((group) => group.choices.length)
}

const record = (row: Row): Choice => ({
  id: row.uri,
  label: row.title,
  icon: kindIcon(row.kind),
  row,
  take: () => {
    router.go(recordRoute(row.uri))
    focusRecord()
  },
})

const actions = (): Choice[] =>
  (Object.keys(keys) as Action[])
    .filter((action) => action !== 'palette' && offered(action))
    // After the palette has given the focus back, so that the action finds its place.
    .map((action) => ({ id: action, label: t(`action-${action}`), icon: 'chevron-right', action, take: () => void setTimeout(() => perform(action)) }))

const news = (session: Session): Choice[] =>
  newKinds.map((kind) => ({
    id: `new-${kind}`,
    label: t('palette-new', { kind: inSentence(kindLabel(kind)) }),
    icon: kindIcon(kind),
    take: () => void newRecord(kind, session.repository?.uri),
  }))

const pages = (): Choice[] => [
  ...shelves.map((shelf) => ({ id: `go-${shelf.name}`, label: t(`shelf-${shelf.name}`), icon: shelf.icon, take: () => router.go(listRoute(shelf.name)) })),
  ...(['start', 'sync', 'news', 'conflicts', 'drafts', 'import'] as const).map((page) => ({
    id: `go-${page}`,
    label: t(`nav-${page}`),
    icon: 'chevron-right' as const,
    take: () => router.go({ page }),
  })),
]

const search = (text: string): Choice => ({
  id: 'search',
  label: t('palette-search-all', { text }),
  icon: 'search',
  take: () => {
    router.go(listRoute(everything, { query: text }))
  },
})
