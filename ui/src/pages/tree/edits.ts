// What is done to nodes of a tree, each with its undo.
import { call, type MoveInput } from '@/backend'
import { t } from '@/i18n'
import { onScreen } from '@/record/leaving'
import { plainText } from '@/record/markup'
import { change } from '@/shared/query.svelte'
import { toast } from '@/shared/toast'
import { nodeKind, repositoryOf, kindOf } from '@/shared/uri'
import type { Tree } from './tree.svelte'

/** Moves nodes and shows them where they went. */
export async function move(tree: Tree, input: MoveInput | undefined): Promise<boolean> {
  if (!input) return false
  const title = tree.model?.title(input.uris[0]) ?? ''
  const { op } = await change('tree_move', input)
  if (input.parent) tree.change((model) => model.open(input.parent!))
  await tree.again()
  toast({ text: t('moved', { count: input.uris.length, title }), op })
  return true
}

/** Deletes nodes with what is below them. */
export async function remove(tree: Tree, uris: string[]): Promise<void> {
  const title = tree.model?.title(uris[0]) ?? ''
  const { op } = await change('delete_records', { uris })
  await tree.again()
  toast({ text: t('deleted', { count: uris.length, title }), op })
}

/** Makes a node once more, with what is below it; answers the address of the copy. */
export async function duplicate(tree: Tree, uri: string): Promise<string> {
  const title = tree.model?.title(uri) ?? ''
  const copy = await change('duplicate_record', { uri })
  await tree.again()
  toast({ text: t('duplicated', { title }), op: copy.op })
  return copy.uri
}

/** Where nodes go that are moved into another: behind what is there. */
export async function lastIn(tree: Tree, parent: string, uris: string[]): Promise<MoveInput> {
  const inside = parent === tree.root ? null : parent
  const { total } = await call('tree_children', { root: tree.root, parent: inside, limit: 0 })
  const already = uris.filter((uri) => tree.model?.parent(uri) === parent).length
  return { root: tree.root, uris, parent: inside, position: total - already }
}

/** Gives a node another title. With a draft the draft is changed, for it would win over what is saved. */
export async function rename(uri: string, title: string): Promise<void> {
  const written = onScreen(uri)
  if (written?.dirty) {
    written.set('/title', title)
    await written.flush()
    return
  }
  const { record, draft, kind } = await call('open_record', { uri })
  if (draft) {
    await change('keep_draft', { uri, kind, record: { ...draft.record, title } })
    return
  }
  const saved = await change('save_record', { uri, kind, record: { ...record, title } })
  const shown = { title: plainText(title) }
  toast(saved.saved ? { text: t('renamed', shown), op: saved.op } : { text: t('renamed-draft', shown) })
}

/** Makes a draft of a node after or inside another; answers its address. */
export async function create(tree: Tree, uri: string, where: 'after' | 'inside'): Promise<string> {
  const inside = where === 'inside' || uri === tree.root
  const parent = inside ? uri : tree.model?.parent(uri)
  const made = await change('new_record', {
    kind: nodeKind(kindOf(tree.root) ?? ''),
    repo: repositoryOf(tree.root) ?? null,
    root: tree.root,
    parent: parent === tree.root ? null : (parent ?? null),
    after: inside ? null : uri,
  })
  return made.uri
}
