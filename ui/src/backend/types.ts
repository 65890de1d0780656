// What the window may ask the desk, and what it gets: crates/record/src/api/command.rs in TypeScript.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Doc = { [key: string]: Json }

export interface ApiError { code: string; args?: Doc }
export interface Problem { pointer: string; code: string; args?: Doc; severity: 'error' | 'warning' }
export interface Touched { touched: string[]; op?: number }

export interface State {
  repositories: RepositoryState[]
  sync: SyncStatus
  undo?: Operation
  redo?: Operation
  version: string
}
export interface RepositoryState { uri: string; code: string; name: string; counts: Record<string, number> }
export interface SyncStatus {
  server: string | null
  user: string | null
  online: boolean
  running: boolean
  signed_out: boolean
  outbox: number
  conflicts: number
  drafts: number
  refused: number
  last_sync: string | null
  problem: ApiError | null
  progress: Progress | null
}
export interface Progress { task: string; done: number; total: number }

export interface Marks {
  conflict: boolean
  error: boolean
  draft: boolean
  unsent: boolean
  restricted: boolean
  unpublished: boolean
}
export interface Crumb { uri: string; title: string }
export interface Snippet { text: string; hits: [number, number][] }
export interface Row extends Marks {
  uri: string
  kind: string
  title: string
  identifier?: string
  dates?: string
  crumbs?: Crumb[]
  snippet?: Snippet
}
export interface ListInput { kinds: string[]; repo?: string | null; offset?: number; limit: number }
export interface Rows { total: number; rows: Row[] }
export interface SearchInput {
  query: string
  kinds?: string[]
  repo?: string | null
  root?: string | null
  filters?: Record<string, string[]>
  offset?: number
  limit: number
}
export interface FacetCount { value: string; title?: string; count: number }
export interface SearchOutput { total: number; hits: Row[]; facets: Record<string, FacetCount[]>; unread?: string }

export interface UriInput { uri: string }
export interface OpenRecord {
  uri: string
  kind: string
  repo: string | null
  title: string
  record: Doc
  draft: Draft | null
  problems: Problem[]
  crumbs: Crumb[]
  links: Record<string, Link>
  conflict: Conflict | null
  refused: ApiError | null
  versions: number
  unsent: boolean
  modified: string | null
}
export interface Link { kind: string; title: string; held: boolean }
export interface Draft { record: Doc; kept: string; outdated: boolean }
export interface DraftRow { uri: string; kind: string; title: string; kept: string }
export interface CheckInput { kind: string; uri?: string | null; record: Doc }
export interface Checked { problems: Problem[]; title: string }
export interface NewInput {
  kind: string
  repo?: string | null
  root?: string | null
  parent?: string | null
  after?: string | null
}
export interface SaveInput { uri: string; kind: string; record: Doc }
export interface SaveOutput {
  saved: boolean
  problems: Problem[]
  record: Doc | null
  touched: string[]
  op: number | null
}
export interface Operation { op: number; name: string; records: number; title: string; at: string; by: string }
export interface UndoInput { op?: number | null }
export interface Version { revision: number; name: string; at: string; by: string; record: Doc }

export interface TreeRow extends Marks {
  uri: string
  kind: string
  title: string
  identifier?: string
  level?: string
  dates?: string
  container?: string
  children: number
  position: number
}
export interface TreeRoot { root: TreeRow; nodes: number }
export interface ChildrenInput { root: string; parent?: string | null; offset?: number; limit: number }
export interface Children { total: number; rows: TreeRow[] }
export interface TreePath { root: string; steps: { uri: string; position: number }[] }
export interface MoveInput { root: string; uris: string[]; parent?: string | null; position: number }

export interface TypeaheadInput { kinds: string[]; repo?: string | null; text: string; limit: number }
export interface EnumValues { values: string[]; suppressed: string[]; default: string | null; editable: boolean }

export interface Conflict {
  uri: string
  kind: string
  title: string
  reason: string
  fields: ConflictField[]
  by: string | null
  at: string | null
}
export interface ConflictField { pointer: string; base: Json; mine: Json; theirs: Json }
export type Side = 'mine' | 'theirs'
export interface ResolveInput { uri: string; take?: Side | null; fields?: Record<string, Side>; record?: Doc | null }
export interface OutboxRow {
  uri: string
  kind: string
  title: string
  action: string
  state: string
  problem: ApiError | null
  at: string | null
}
export interface ConnectInput { url: string; user: string; password: string }
export interface ImportFile { name: string; text: string }
export interface ImportInput { files: ImportFile[]; repo: string }
export interface ImportPreview {
  import: number
  kinds: Record<string, number>
  problems: ImportProblem[]
  roots: string[]
}
export interface ImportProblem {
  file: string
  line: number
  path: string
  value: string
  code: string
  message: string
}
export interface ImportChoice { import: number }
export interface SyncReport { pulled: number; pushed: number; conflicts: number; problems: SyncProblem[] }
export interface SyncProblem { uri: string; code: string; message: string }
export type Empty = Record<string, never>

/** Every command: what goes in, what comes out. */
export interface Commands {
  state: [Empty, State]
  list: [ListInput, Rows]
  search: [SearchInput, SearchOutput]
  open_record: [UriInput, OpenRecord]
  check_record: [CheckInput, Checked]
  new_record: [NewInput, OpenRecord]
  keep_draft: [SaveInput, Touched]
  discard_draft: [UriInput, Touched]
  drafts: [Empty, DraftRow[]]
  save_record: [SaveInput, SaveOutput]
  delete_record: [UriInput, Touched]
  undo: [UndoInput, Touched]
  redo: [Empty, Touched]
  operations: [Empty, Operation[]]
  history: [UriInput, Version[]]
  tree_root: [UriInput, TreeRoot]
  tree_children: [ChildrenInput, Children]
  tree_path: [UriInput, TreePath]
  tree_move: [MoveInput, Touched]
  typeahead: [TypeaheadInput, Rows]
  enums: [Empty, Record<string, EnumValues>]
  conflicts: [Empty, Conflict[]]
  resolve_conflict: [ResolveInput, SaveOutput]
  outbox: [Empty, OutboxRow[]]
  sync: [Empty, SyncReport]
  cancel_sync: [Empty, unknown]
  sync_status: [Empty, SyncStatus]
  connect: [ConnectInput, SyncStatus]
  disconnect: [Empty, unknown]
  import_preview: [ImportInput, ImportPreview]
  import_accept: [ImportChoice, Touched]
  import_discard: [ImportChoice, unknown]
  new_repository: [{ code: string; name: string }, Touched]
}
export type CommandName = keyof Commands
export type Input<K extends CommandName> = Commands[K][0]
export type Output<K extends CommandName> = Commands[K][1]

/** What the desk tells unasked. */
export interface Events {
  changed: { touched: string[] }
  progress: Progress
  sync: SyncStatus
}
export type EventName = keyof Events

export interface Backend {
  call<K extends CommandName>(name: K, input: Input<K>): Promise<Output<K>>
  listen<E extends EventName>(event: E, heard: (payload: Events[E]) => void): () => void
}
