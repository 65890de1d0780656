/**
 * A record being written: the document, its history of undo, its problems,
 * and the duty to keep every word on this computer within a quarter second.
 * No framework: the form listens, tests call it directly.
 */
import type { Problem } from '@/backend'
import { get, isObject, parent, put, same, tokens, within, type Doc, type Json } from './pointer'

/** What the draft needs of the desk. */
export interface Port {
  keep(record: Doc): Promise<unknown>
  discard(): Promise<unknown>
  check(record: Doc): Promise<{ problems: Problem[]; title: string }>
}

export interface Options {
  port: Port
  saved: Doc
  /** What was kept earlier and not saved. */
  document?: Doc | undefined
  problems?: Problem[]
  /** Longest wait before a change is kept, and rest before it is checked, in milliseconds. */
  keepAfter?: number
  checkAfter?: number
  now?: () => number
}

interface Step {
  document: Doc
  pointer: string
}

/** Keystrokes in one field within this time are undone together. */
const TOGETHER = 1000
/** What could not be kept is tried again after this time. */
const AGAIN = 1000

/** What the desk saved, with the members that were typed in since it was sent. */
function typedOver(saved: Doc, sent: Doc, typed: Doc): Doc {
  const document = { ...saved }
  for (const name of new Set([...Object.keys(sent), ...Object.keys(typed)])) {
    const value = typed[name]
    if (same(sent[name], value)) continue
    if (value === undefined) delete document[name]
    else document[name] = value
  }
  return document
}

export class RecordDraft {
  problems: Problem[]
  title: string | undefined
  /** When the draft was last kept on disk. */
  keptAt: number | undefined
  /** Why the last keep failed; the words are still here. */
  failure: unknown

  #document: Doc
  #saved: Doc
  #undo: Step[] = []
  #redo: Step[] = []
  #typing: { pointer: string; at: number } | undefined
  #listeners = new Set<() => void>()
  #keys = new WeakMap<object, number>()
  #nextKey = 0
  #keepTimer: ReturnType<typeof setTimeout> | undefined
  #checkTimer: ReturnType<typeof setTimeout> | undefined
  #keeping: Promise<void> | undefined
  #keptDocument: Doc
  #checks = 0
  readonly #port: Port
  readonly #keepAfter: number
  readonly #checkAfter: number
  readonly #now: () => number

  constructor(options: Options) {
    this.#port = options.port
    this.#saved = options.saved
    this.#document = options.document ?? options.saved
    this.#keptDocument = this.#document
    this.problems = options.problems ?? []
    this.#keepAfter = options.keepAfter ?? 200
    this.#checkAfter = options.checkAfter ?? 150
    this.#now = options.now ?? Date.now
  }

  get document(): Doc {
    return this.#document
  }

  get saved(): Doc {
    return this.#saved
  }

  get dirty(): boolean {
    return this.#document !== this.#saved && !same(this.#document, this.#saved)
  }

  /** Whether every word that is here is on disk. */
  get safe(): boolean {
    return this.#document === this.#keptDocument
  }

  get canUndo(): boolean {
    return this.#undo.length > 0
  }

  get canRedo(): boolean {
    return this.#redo.length > 0
  }

  /** Calls `listener` after every change; the answer stops it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get(pointer: string): Json | undefined {
    return get(this.#document, pointer)
  }

  /** Writes a value; an empty text or `undefined` takes the member away. */
  set(pointer: string, value: Json | undefined): void {
    const empty = value === '' && !/^\d+$/.test(tokens(pointer).at(-1) ?? '')
    const next = put(this.#document, pointer, empty ? undefined : value, this.#copied)
    if (same(next, this.#document)) return
    const at = this.#now()
    const together = this.#typing?.pointer === pointer && at - this.#typing.at < TOGETHER && typeof value === 'string'
    this.#become(next, pointer, together)
    this.#typing = { pointer, at }
  }

  /** What is written next is a step of undo of its own, also in the same field. */
  rest(): void {
    this.#typing = undefined
  }

  /** Puts an item into a list (made when absent) and answers its pointer. */
  insert(list: string, index: number, value: Json): string {
    const items = this.#list(list)
    const at = Math.max(0, Math.min(index, items.length))
    this.#replace(list, [...items.slice(0, at), value, ...items.slice(at)], `${list}/${at}`)
    return `${list}/${at}`
  }

  append(list: string, value: Json): string {
    return this.insert(list, this.#list(list).length, value)
  }

  /** Takes away a list item, or a member with all that is in it. */
  remove(pointer: string): void {
    const list = parent(pointer)
    const items = this.get(list)
    if (!Array.isArray(items)) return this.set(pointer, undefined)
    const at = Number(tokens(pointer).at(-1))
    this.#replace(
      list,
      items.filter((_, index) => index !== at),
      list,
    )
  }

  /** Moves a list item to another rank. */
  move(list: string, from: number, to: number): void {
    const items = [...this.#list(list)]
    if (from === to || !(from in items) || to < 0 || to >= items.length) return
    items.splice(to, 0, ...items.splice(from, 1))
    this.#replace(list, items, `${list}/${to}`)
  }

  /** The same number for an item as long as it lives, through changes, moves and undo. */
  keyOf(item: Json, index: number): string | number {
    if (typeof item !== 'object' || item === null) return `at ${index}`
    const known = this.#keys.get(item)
    if (known !== undefined) return known
    this.#keys.set(item, this.#nextKey)
    return this.#nextKey++
  }

  /** Takes back the last change; answers where it was. */
  undo(): string | undefined {
    return this.#back(this.#undo, this.#redo)
  }

  redo(): string | undefined {
    return this.#back(this.#redo, this.#undo)
  }

  problemsAt(pointer: string): Problem[] {
    return this.problems.filter((problem) => problem.pointer === pointer)
  }

  problemsWithin(pointer: string): Problem[] {
    return this.problems.filter((problem) => within(problem.pointer, pointer))
  }

  /**
   * The record as the desk saved it: what is typed from here on is a new draft. So is what was typed since `sent`, the
   * document that the desk was given: it stays, in the fields where it was typed.
   */
  accept(record: Doc, problems: Problem[] = [], sent = this.#document): void {
    clearTimeout(this.#keepTimer)
    this.#keepTimer = undefined
    this.#carry(sent, record)
    const typed = this.#document === sent ? record : typedOver(record, sent, this.#document)
    this.#saved = this.#keptDocument = record
    this.#document = typed
    this.keptAt = undefined
    this.problems = problems
    if (typed !== record) return this.#changed()
    this.#typing = undefined
    this.#tell()
  }

  /** The desk kept `sent` as the draft instead of saving it. */
  refused(sent: Doc): void {
    this.#keptDocument = sent
    if (this.#document !== sent) this.#changed()
  }

  /** Lets all typed words go; they can be had back by undo. */
  revert(): void {
    this.#become(this.#saved, '', false)
  }

  /** Keeps the present words now. Resolves when they are on disk. */
  async flush(): Promise<void> {
    clearTimeout(this.#keepTimer)
    this.#keepTimer = undefined
    while (this.#keeping) await this.#keeping
    if (this.#document === this.#keptDocument) return
    this.#keeping = this.#keep().finally(() => (this.#keeping = undefined))
    await this.#keeping
  }

  /** Asks for the problems now. */
  async check(): Promise<void> {
    clearTimeout(this.#checkTimer)
    this.#checkTimer = undefined
    const asked = ++this.#checks
    const document = this.#document
    const { problems, title } = await this.#port.check(document)
    if (asked !== this.#checks || document !== this.#document) return
    this.problems = problems
    this.title = title
    this.#tell()
  }

  /** Keeps what is left and stops asking. Resolves when it is on disk: where that fails, it is tried again. */
  async close(): Promise<void> {
    clearTimeout(this.#checkTimer)
    this.#checks++
    this.#listeners.clear()
    await this.flush()
    while (!this.safe) {
      await new Promise((wait) => setTimeout(wait, AGAIN))
      await this.flush()
    }
  }

  async #keep(): Promise<void> {
    const document = this.#document
    try {
      if (same(document, this.#saved)) await this.#port.discard()
      else await this.#port.keep(document)
      this.#keptDocument = document
      this.keptAt = same(document, this.#saved) ? undefined : this.#now()
      this.failure = undefined
    } catch (failure) {
      this.failure = failure
      this.#keepTimer ??= setTimeout(() => void this.flush(), AGAIN)
    }
    this.#tell()
  }

  #become(next: Doc, pointer: string, together: boolean): void {
    if (next === this.#document) return
    if (!together) this.#undo.push({ document: this.#document, pointer })
    this.#redo = []
    this.#document = next
    this.#changed()
  }

  #back(from: Step[], onto: Step[]): string | undefined {
    const step = from.pop()
    if (!step) return undefined
    onto.push({ document: this.#document, pointer: step.pointer })
    this.#document = step.document
    this.#typing = undefined
    this.#changed()
    return step.pointer
  }

  #changed(): void {
    // Not put off by further typing: the wait is the longest a word is unsafe.
    this.#keepTimer ??= setTimeout(() => void this.flush(), this.#keepAfter)
    clearTimeout(this.#checkTimer)
    this.#checkTimer = setTimeout(() => void this.check().catch(() => undefined), this.#checkAfter)
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #list(pointer: string): Json[] {
    const value = this.get(pointer)
    return Array.isArray(value) ? value : []
  }

  #replace(list: string, items: Json[], pointer: string): void {
    this.#typing = undefined
    this.#become(put(this.#document, list, items, this.#copied), pointer, false)
  }

  /** Items of the answer are those that stood in their places: what is open on the screen stays open. */
  #carry(from: Json | undefined, to: Json | undefined): void {
    if (Array.isArray(from) && Array.isArray(to)) to.forEach((item, at) => this.#carry(from[at], item))
    if (!isObject(from) || !isObject(to) || from === to) return
    this.#copied(from, to)
    for (const name of Object.keys(to)) this.#carry(from[name], to[name])
  }

  #copied = (from: object, to: object): void => {
    const key = this.#keys.get(from)
    if (key !== undefined && isObject(to)) this.#keys.set(to, key)
  }
}
