// The tree of one root: the model, filled from the desk as rows come into view.
import { apiError, call, type ApiError } from '@/backend'
import { means, onTouched } from '@/shared/query.svelte'
import { TreeModel, type Gap } from './model'

const size = 200

export class Tree {
  readonly root: string
  model = $state.raw<TreeModel>()
  nodes = $state(0)
  error = $state.raw<ApiError>()
  #version = $state(0)
  #asked = new Map<string, Promise<void>>()

  constructor(root: string) {
    this.root = root
    void this.#load()
    $effect(() => {
      let timer: ReturnType<typeof setTimeout>
      const stop = onTouched((tags) => {
        if (!tags.some((tag) => means(`tree:${root}`, tag))) return
        clearTimeout(timer)
        timer = setTimeout(() => void this.again(), 30)
      })
      return () => {
        stop()
        clearTimeout(timer)
      }
    })
  }

  /** The model, read so that what reads it is drawn again when it changes. */
  get now(): TreeModel | undefined {
    void this.#version
    return this.model
  }

  /** Does something to the model that changes what is shown. */
  change(act: (model: TreeModel) => void) {
    if (!this.model) return
    act(this.model)
    this.#version++
  }

  /** Fetches what is missing between two shown rows. */
  need(first: number, last: number) {
    for (const gap of this.model?.gaps(first, last, size) ?? []) {
      if (!this.#asked.has(id(gap))) void this.#fetch(gap)
    }
  }

  /** The node in a shown row; one that has not come is waited for. */
  async at(index: number): Promise<string | undefined> {
    const slot = this.model?.slots[index]
    const [gap] = this.model?.gaps(index, index, size) ?? []
    if (gap) await (this.#asked.get(id(gap)) ?? this.#fetch(gap))
    return slot && this.model?.uriIn(slot)
  }

  /** Opens a node and waits for its first children. */
  async open(uri: string) {
    this.change((model) => model.open(uri))
    const index = this.model?.indexOf(uri) ?? -1
    if (index >= 0 && this.model?.gaps(index + 1, index + 1, size).length) await this.#fetch({ parent: uri, offset: 0 })
  }

  /** Opens the tree down to a node; answers its shown row, -1 when it is not in this tree. */
  async reveal(uri: string): Promise<number> {
    await this.#loading
    if (!this.model) return -1
    if (uri === this.root || this.model.indexOf(uri) >= 0) return this.model.indexOf(uri)
    const path = await call('tree_path', { uri }).catch(() => undefined)
    let parent = this.root
    for (const step of path?.steps ?? []) {
      const above = parent
      this.change((model) => model.open(above))
      if (!this.model.row(step.uri)) await this.#fetch({ parent, offset: Math.floor(step.position / size) * size })
      parent = step.uri
    }
    return this.model.indexOf(uri)
  }

  /** Asks again for everything that is shown. */
  async again() {
    await this.#load()
    await Promise.all((this.model?.fetched(size) ?? []).map((gap) => this.#fetch(gap)))
  }

  #loading: Promise<void> = Promise.resolve()

  #load() {
    this.#loading = call('tree_root', { uri: this.root }).then(
      (head) => {
        this.nodes = head.nodes
        this.error = undefined
        if (this.model) this.change((model) => model.putRoot(head.root))
        else this.model = new TreeModel(head.root)
      },
      (thrown) => void (this.error = apiError(thrown)),
    )
    return this.#loading
  }

  #fetch(gap: Gap): Promise<void> {
    const input = { root: this.root, parent: gap.parent === this.root ? null : gap.parent, offset: gap.offset, limit: size }
    const coming = call('tree_children', input)
      .then(
        ({ total, rows }) => this.change((model) => model.put(gap.parent, gap.offset, total, rows)),
        (thrown) => void (this.error = apiError(thrown)),
      )
      .finally(() => this.#asked.get(id(gap)) === coming && this.#asked.delete(id(gap)))
    this.#asked.set(id(gap), coming)
    return coming
  }
}

const id = (gap: Gap) => `${gap.parent} ${gap.offset}`
