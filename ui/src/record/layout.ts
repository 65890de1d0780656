/** Layouts of forms: schemas/forms/<kind>.json. The format is told in schemas/forms/README.md. */
import type { Doc } from './pointer'
import { kindOf, type Property } from './schema'

/** Several properties that stand as one field. */
export interface Group {
  name: string
  /** How it is shown: a four-part identifier, or check boxes in a line. */
  as?: 'identifier' | 'checks'
  fields: string[]
}

/** One property, shown by a widget that its shape alone does not tell. */
export interface Special {
  name: string
  as: Widget
}

export type Widget = 'written_date' | 'markup' | 'line' | 'prose' | 'inline'

export type Entry = string | Group | Special

/** One line of a form: a field, or two side by side. */
export type Line = Entry | [Entry, Entry]

export interface SectionLayout {
  name: string
  fields: Line[]
  /** Parts of the summary; without them the filled fields tell it. */
  summary?: string[]
}

export interface Layout {
  /** First words of a row, for nested kinds. */
  head?: string
  /** Parts of the one line that tells the record. */
  summary?: string[]
  /** The same, where it is one of several in a line. */
  brief?: string[]
  /** Parts of the line below the title. */
  facts?: string[]
  sections?: SectionLayout[]
  /** Lines, for nested kinds. */
  fields?: Line[]
  /** Shown in Essential even without a value. */
  essential?: string[]
  /** Fields of a nested kind that fold into one line. */
  rare?: string[]
  /** What a new one begins with, for nested kinds. */
  new?: Doc
  /** Fields that belong only beside certain values of others: field → member → values. */
  when?: Record<string, Record<string, string[]>>
  /** Never shown; kept as they are. */
  hidden?: string[]
}

const files = import.meta.glob<Layout>('../../../schemas/forms/*.json', { eager: true, import: 'default' })

const layouts = new Map<string, Layout>(
  Object.entries(files).map(([path, layout]) => [path.slice(path.lastIndexOf('/') + 1, -'.json'.length), layout]),
)

/** What the program keeps for itself in every record. */
export const BOOKKEEPING = new Set([
  'lock_version',
  'jsonmodel_type',
  'created_by',
  'last_modified_by',
  'user_mtime',
  'system_mtime',
  'create_time',
  'repository',
  'uri',
  'tree',
  'position',
  'ancestors',
  'parent',
  'resource',
  'digital_object',
  'classification',
  'series',
  'has_unpublished_ancestor',
  'display_string',
  'long_display_string',
  'suppressed',
  '_resolved',
  'representative_file_version',
  'is_linked_to_published_record',
  'used_within_repositories',
  'used_within_published_repositories',
  'linked_agent_roles',
  'system_generated',
  'is_user',
  'is_repo_agent',
  'display_name',
  'path_from_root',
  'has_classification_terms',
  'vocabulary',
  'ingest_problem',
  'agent_type',
  'relationship_uri',
  'linked_records_of',
  'is_slug_auto',
  'ark_name',
])

/** The layout of a kind: its own, that of the kind it extends, or none. */
export function layoutOf(kind: string): Layout {
  for (let name: string | undefined = kind; name; name = kindOf(name)?.extends) {
    const layout = layouts.get(name)
    if (layout) return layout
  }
  return {}
}

export function hasLayout(kind: string): boolean {
  return layouts.has(kind)
}

export function entries(line: Line): Entry[] {
  return Array.isArray(line) ? line : [line]
}

/** Names of the properties that an entry shows. */
export function names(entry: Entry): string[] {
  if (typeof entry === 'string') return [entry]
  return 'fields' in entry ? entry.fields : [entry.name]
}

/** Whether the form leaves a property to the program. */
export function isHidden(property: Property, layout: Layout): boolean {
  if (layout.hidden?.includes(property.name)) return true
  const named = [...(layout.fields ?? []), ...(layout.sections ?? []).flatMap((section) => section.fields)]
  if (named.some((line) => entries(line).some((entry) => names(entry).includes(property.name)))) return false
  return BOOKKEEPING.has(property.name)
}
