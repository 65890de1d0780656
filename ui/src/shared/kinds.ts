// Kinds of records as the window shows them: icon, order, what stands in the navigation.
import type { IconName } from './icons'
import { kind } from './schema'

const icons: Record<string, IconName> = {
  resource: 'archive', accession: 'inbox', digital_object: 'image', digital_object_component: 'images',
  agent_person: 'user', agent_family: 'users', agent_corporate_entity: 'users', agent_software: 'cpu',
  subject: 'tag', top_container: 'package', location: 'map-pin', event: 'calendar', archival_object: 'folder',
  classification: 'network', classification_term: 'network', assessment: 'clipboard-check', repository: 'library',
  collection_management: 'calendar-clock',
}
const levels: Record<string, IconName> = {
  collection: 'archive', fonds: 'archive', recordgrp: 'archive', subgrp: 'layers-2', subfonds: 'layers-2',
  series: 'layers', subseries: 'layers-2', file: 'folder', item: 'file-text', class: 'network',
}

/** The icon of a kind, or of a level of description. */
export const kindIcon = (kind: string, level?: string | null): IconName =>
  (level ? levels[level] : undefined) ?? icons[kind] ?? 'file-text'

/** A line of the navigation: one or several kinds under one name. */
export interface Shelf {
  name: string
  kinds: string[]
  icon: IconName
}

export const agents = ['agent_person', 'agent_family', 'agent_corporate_entity', 'agent_software']

/** What the navigation lists, in this order. */
export const shelves: Shelf[] = [
  { name: 'resource', kinds: ['resource'], icon: 'archive' },
  { name: 'accession', kinds: ['accession'], icon: 'inbox' },
  { name: 'agent', kinds: agents, icon: 'users' },
  { name: 'subject', kinds: ['subject'], icon: 'tag' },
  { name: 'digital_object', kinds: ['digital_object'], icon: 'image' },
  { name: 'top_container', kinds: ['top_container'], icon: 'package' },
  { name: 'location', kinds: ['location'], icon: 'map-pin' },
  { name: 'event', kinds: ['event'], icon: 'calendar' },
  { name: 'classification', kinds: ['classification'], icon: 'network' },
  { name: 'assessment', kinds: ['assessment'], icon: 'clipboard-check' },
]

/** The shelf of a name, or a kind on its own. */
export const shelf = (name: string): Shelf =>
  shelves.find((s) => s.name === name) ?? { name, kinds: [name], icon: kindIcon(name) }

/** Whether there is such a shelf, or records of such a kind. */
export const isShelf = (name: string): boolean =>
  shelves.some((shelf) => shelf.name === name) || kind(name)?.uri !== undefined

/** The shelf that records of a kind stand on. */
export const shelfOf = (kind: string): Shelf => shelves.find((s) => s.kinds.includes(kind)) ?? shelf(kind)
