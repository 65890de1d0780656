// The state of the form on the screen: the draft as Svelte sees it, what is open, what is shown of the problems.
import { getContext, setContext, tick } from 'svelte'
import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import { kindLabel } from '@/i18n/labels'
import type { ConflictField, OpenRecord, Problem, Side } from '@/backend'
import { RecordDraft, type Port } from './draft'
import { formOf, type Form, type Section } from './model'
import { get, hasContent, isObject, parent, pointerOf, tokens, within, type Doc, type Json } from './pointer'
import { Memory } from './memory'

export interface Removed {
  list: string
  index: number
  item: Json
}

export interface Mark {
  errors: number
  warnings: number
}

/** Codes of problems that everything new has until it is written. */
const PREMATURE = /missing|_empty$|^too_few|^too_short$|title_or_date$/

const NONE: Mark = { errors: 0, warnings: 0 }
const KEY = Symbol('form')

export const useForm = (): FormState => getContext<FormState>(KEY)
export const provideForm = (form: FormState): FormState => setContext(KEY, form)

export class FormState {
  uri = $state('')
  readonly kind: string
  readonly repo: string | undefined
  readonly form: Form
  readonly draft: RecordDraft
  /** Never saved: what is missing is not yet wrong. */
  fresh = $state(false)

  document = $state.raw<Doc>({})
  problems = $state.raw<Problem[]>([])
  title = $state('')
  dirty = $state(false)
  keptAt = $state<number>()
  /** Every word on the screen is on disk. */
  safe = $state(true)
  failed = $state(false)
  canUndo = $state(false)
  canRedo = $state(false)
  conflict = $state.raw<ConflictField[]>([])
  all = $state(false)
  removed = $state.raw<Removed[]>([])
  /** The field that has the focus. */
  here = $state('')
  /** Filled fields stay in the list of sections when they are emptied; so do those gone to. */
  readonly revealed = new SvelteSet<string>()
  readonly openRows = new SvelteSet<string | number>()
  readonly choices = new SvelteMap<string, Side>()
  readonly sections = new SvelteMap<string, boolean>()
  readonly titles = new SvelteMap<string, { title: string; kind: string }>()
  /** Wrong when the field got the focus, or asked for by F8 and saving. */
  #known = new SvelteSet<string>()
  #touched = new SvelteSet<string>()
  #strict = $state(false)
  #memory: Memory
  #root: HTMLElement | undefined

  readonly shown = $derived(this.problems.filter((problem) => this.#shows(problem)))
  readonly #marks = $derived(marks(this.shown))

  constructor(open: OpenRecord, port: Port, memory: Memory) {
    this.kind = open.kind
    this.repo = open.repo ?? undefined
    this.form = formOf(open.kind)
    this.#memory = memory
    this.all = memory.all(open.kind)
    for (const [name, is] of memory.sections(open.kind)) this.sections.set(name, is)
    this.draft = new RecordDraft({ port, saved: open.record, document: open.draft?.record, problems: open.problems })
    this.meta(open)
    if (open.draft) this.keptAt = Date.parse(open.draft.kept)
    if (!this.fresh) for (const problem of open.problems) this.#known.add(id(problem))
    this.#follow()
    this.#openFirst()
    this.draft.listen(() => this.#follow())
  }

  /** What stands beside the document: conflict, links, whether it was ever saved. */
  meta(open: OpenRecord): void {
    this.uri = open.uri
    this.fresh = open.versions === 0 && !hasContent(open.modified ?? '')
    this.conflict = open.conflict?.fields ?? []
    if (open.title) this.title = open.title
    for (const [uri, link] of Object.entries(open.links)) this.titles.set(uri, link)
  }

  /** Where the first section is a list, its first item is what the record is known by. */
  #openFirst(): void {
    const property = this.form.sections[0]?.lines[0]?.[0]?.property
    const items = property && this.get(pointerOf([property.name]))
    if (property && Array.isArray(items) && isObject(items[0])) this.openItem(pointerOf([property.name, 0]))
  }

  attach(root: HTMLElement): void {
    this.#root = root
  }

  /** The title of a linked record; without one, what it is. */
  titleOf = (uri: string): string | undefined => {
    const link = this.titles.get(uri)
    return link && (link.title || kindLabel(link.kind))
  }

  get(pointer: string): Json | undefined {
    return get(this.document, pointer)
  }

  set(pointer: string, value: Json | undefined): void {
    this.#touched.add(pointer)
    this.draft.set(pointer, value)
  }

  /** Adds an item and opens it; its first field gets the focus. */
  add(list: string, item: Json): void {
    const pointer = this.draft.append(list, item)
    this.openItem(pointer)
    void this.focus(pointer, 'inside')
  }

  duplicate(pointer: string): void {
    const index = Number(tokens(pointer).at(-1))
    const item = structuredClone(this.draft.get(pointer)) ?? ''
    // A copied rights statement is another statement: the server gives it a number of its own.
    const keys = parent(pointer) === '/rights_statements' ? ['identifier'] : []
    if (isObject(item)) for (const own of ['persistent_id', 'lock_version', 'uri', ...keys]) delete item[own]
    const copy = this.draft.insert(parent(pointer), index + 1, item)
    this.openItem(copy)
    void this.focus(copy)
  }

  remove(pointer: string): void {
    const list = parent(pointer)
    const index = Number(tokens(pointer).at(-1))
    const item = this.draft.get(pointer)
    if (item !== undefined && hasContent(item)) this.removed = [...this.removed, { list, index, item }]
    this.draft.remove(pointer)
    const left = this.get(list)
    const count = Array.isArray(left) ? left.length : 0
    void this.focus(count > 0 ? `${list}/${Math.min(index, count - 1)}` : list)
  }

  restore(removed: Removed): void {
    const pointer = this.draft.insert(removed.list, removed.index, removed.item)
    this.removed = this.removed.filter((one) => one !== removed)
    void this.focus(pointer)
  }

  move(pointer: string, by: number): void {
    const list = parent(pointer)
    const from = Number(tokens(pointer).at(-1))
    this.draft.move(list, from, from + by)
    void this.focus(`${list}/${from + by}`)
  }

  undo(): void {
    const pointer = this.draft.undo()
    if (pointer) void this.focus(pointer)
  }

  redo(): void {
    const pointer = this.draft.redo()
    if (pointer) void this.focus(pointer)
  }

  /** The record came back from the desk as saved; `sent` is what it was given. */
  accept(record: Doc, problems: Problem[], sent?: Doc): void {
    this.draft.accept(record, problems, sent)
    this.removed = []
    this.#strict = false
    this.#touched.clear()
    this.#known = new SvelteSet(problems.map(id))
  }

  /** Shows all problems, also of what was never touched. */
  strict(problems?: Problem[]): void {
    this.#strict = true
    if (problems) this.problems = this.draft.problems = problems
  }

  problemsAt(pointer: string): Problem[] {
    return this.shown.filter((problem) => problem.pointer === pointer)
  }

  mark(pointer: string): Mark {
    return this.#marks.get(pointer) ?? NONE
  }

  sectionMark(section: Section): Mark {
    const all = properties(section).map((name) => this.mark(pointerOf([name])))
    return { errors: sum(all.map((one) => one.errors)), warnings: sum(all.map((one) => one.warnings)) }
  }

  conflictAt(pointer: string): ConflictField | undefined {
    return this.conflict.find((field) => field.pointer === pointer)
  }

  /** A choice in a field of the conflict; nothing changes before all are made and sent together. */
  decide(field: ConflictField, side: Side): void {
    this.choices.set(field.pointer, side)
  }

  get undecided(): ConflictField[] {
    return this.conflict.filter((field) => !this.choices.has(field.pointer))
  }

  isOpen(section: Section): boolean {
    return (
      this.sections.get(section.name) ??
      (!section.listy || section === this.form.sections[0] || this.sectionMark(section).errors > 0)
    )
  }

  toggle(section: Section, open = !this.isOpen(section)): void {
    this.sections.set(section.name, open)
    this.#memory.keepSections(this.kind, [...this.sections])
  }

  setAll(all: boolean): void {
    this.all = all
    this.#memory.keepAll(this.kind, all)
  }

  openItem(pointer: string): void {
    const item = this.draft.get(pointer)
    if (isObject(item)) this.openRows.add(this.draft.keyOf(item, 0))
  }

  enter(pointer: string): void {
    this.here = pointer
    for (const problem of this.problems) if (problem.pointer === pointer) this.#known.add(id(problem))
  }

  leave(pointer: string): void {
    this.#touched.add(pointer)
    if (this.here === pointer) this.here = ''
    void this.draft.flush()
  }

  /** Opens whatever hides a place and puts the focus there. */
  async focus(pointer: string, where: 'at' | 'inside' = 'at'): Promise<void> {
    this.reveal(pointer)
    await tick()
    await tick()
    for (let at = pointer; ; at = parent(at)) {
      const found = this.#root?.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(at)}"]`)
      const target =
        found && (where === 'inside' ? (firstField(found) ?? found) : found.matches(FOCUSABLE) ? found : inner(found))
      if (target) {
        target.scrollIntoView({ block: 'nearest' })
        target.focus()
        return
      }
      if (at === '') return
    }
  }

  reveal(pointer: string): void {
    const [name] = tokens(pointer)
    const section = this.form.sections.find((one) => properties(one).includes(name ?? ''))
    if (section && !this.isOpen(section)) this.toggle(section, true)
    for (let at = pointer; at !== ''; at = parent(at)) {
      this.revealed.add(at)
      this.openItem(at)
    }
  }

  #shows(problem: Problem): boolean {
    if (this.#strict || this.#known.has(id(problem))) return true
    // Not while it is being written, and what is merely missing not before the place was left.
    if (this.here !== '' && within(this.here, problem.pointer)) return false
    if (!PREMATURE.test(problem.code)) return true
    return [...this.#touched].some((pointer) => within(pointer, problem.pointer))
  }

  #follow(): void {
    const draft = this.draft
    this.document = draft.document
    this.problems = draft.problems
    if (draft.title) this.title = draft.title
    this.dirty = draft.dirty
    if (draft.keptAt !== undefined || !draft.dirty) this.keptAt = draft.keptAt
    this.safe = draft.safe
    this.failed = draft.failure !== undefined
    this.canUndo = draft.canUndo
    this.canRedo = draft.canRedo
  }
}

const FOCUSABLE = 'input, select, textarea, button, [tabindex="0"], [contenteditable="true"]'

function inner(element: HTMLElement): HTMLElement | undefined {
  return (
    element.querySelector<HTMLElement>('input, select, textarea, [contenteditable="true"]') ??
    element.querySelector<HTMLElement>(FOCUSABLE) ??
    undefined
  )
}

/** The first control of what a row's head opens, or of the place itself. */
function firstField(found: HTMLElement): HTMLElement | undefined {
  const opened = found.closest('.sub-head')?.parentElement?.querySelector<HTMLElement>(':scope > .in')
  return inner(opened ?? found)
}

export function properties(section: Section): string[] {
  return section.lines.flat().flatMap((field) => (field.group ?? [field.property]).map((property) => property.name))
}

function marks(problems: Problem[]): Map<string, Mark> {
  const all = new Map<string, Mark>()
  for (const problem of problems) {
    for (let at = problem.pointer; ; at = parent(at)) {
      const mark = all.get(at) ?? { errors: 0, warnings: 0 }
      if (problem.severity === 'error') mark.errors++
      else mark.warnings++
      all.set(at, mark)
      if (at === '') break
    }
  }
  return all
}

function id(problem: Problem): string {
  return `${problem.pointer} ${problem.code}`
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
