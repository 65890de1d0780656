// The editor is large and is fetched when a form is on the screen; until it is there, text is written as markup.
import type Written from './WrittenText.svelte'

let loaded: typeof Written | undefined
let loading: Promise<void> | undefined

/** The editor, once it is here. */
export const writtenText = (): typeof Written | undefined => loaded

export function load(): Promise<void> {
  loading ??= import('./WrittenText.svelte').then((module) => void (loaded = module.default)).catch(() => void (loading = undefined))
  return loading
}
