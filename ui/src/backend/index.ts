// The one door to the desk: Tauri's in the window, HTTP on the loopback host.
import { http } from './http'
import { tauri } from './tauri'
import type { ApiError, Backend } from './types'

export type * from './types'

const backend: Backend = '__TAURI_INTERNALS__' in globalThis ? tauri : http

/** Runs a command of the desk. A failure throws an `ApiError`. */
export const call: Backend['call'] = (name, input) => backend.call(name, input)

/** Hears an event until the returned function is called. */
export const listen: Backend['listen'] = (event, fn) => backend.listen(event, fn)

/** Before the window closes, `mayClose` is asked once; where it says no, the window stays open until it is closed again. */
export const onClosing = (mayClose: () => Promise<boolean>): void => backend.onClosing?.(mayClose)

/** What was thrown, as an error of the desk. */
export function apiError(thrown: unknown): ApiError {
  if (typeof thrown === 'object' && thrown && 'code' in thrown) return thrown as ApiError
  return { code: 'internal', args: { detail: String(thrown) } }
}
