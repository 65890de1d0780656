// Drafts between the screen and the disk: those of forms that are open, and of forms that were left before their last
// words were kept. The window closes, and a form opens its record again, when those words are on disk.
import type { RecordDraft } from './draft'

const open = new Map<RecordDraft, () => string>()
const leaving = new Map<string, Promise<void>>()

/** A draft that is on the screen, until the returned function is called; its address may change. */
export function remember(uri: () => string, draft: RecordDraft): () => void {
  open.set(draft, uri)
  return () => open.delete(draft)
}

/** The draft of a record whose form is on the screen. */
export const onScreen = (uri: string): RecordDraft | undefined => [...open].find(([, at]) => at() === uri)?.[0]

/** A form is left; its words are kept, however long that takes. */
export function leave(uri: string, draft: RecordDraft): void {
  const kept = draft.close().finally(() => {
    if (leaving.get(uri) === kept) leaving.delete(uri)
  })
  leaving.set(uri, kept)
}

/** Resolves when what was typed into the record before is kept. */
export const left = (uri: string): Promise<void> => leaving.get(uri) ?? Promise.resolve()

/** Tries to keep everything that is not yet; whether it is. */
export async function keepAll(): Promise<boolean> {
  await Promise.all([...open.keys()].map((draft) => draft.flush()))
  return leaving.size === 0 && [...open.keys()].every((draft) => draft.safe)
}
