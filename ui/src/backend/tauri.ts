// The window: one Tauri command that forwards by name, one event that carries name and payload.
import { invoke } from '@tauri-apps/api/core'
import { listen } from '@tauri-apps/api/event'
import { getCurrentWindow } from '@tauri-apps/api/window'
import type { Backend, EventName } from './types'

const heard = new Map<EventName, Set<(payload: never) => void>>()
let listening = false

export const tauri: Backend = {
  call: (name, input) => invoke('call', { name, input }),
  listen(event, fn) {
    if (!listening) {
      listening = true
      void listen<{ name: EventName; payload: unknown }>('fonds', ({ payload: { name, payload } }) =>
        heard.get(name)?.forEach((fn) => fn(payload as never)),
      )
    }
    const set = heard.get(event) ?? new Set()
    heard.set(event, set.add(fn as never))
    return () => set.delete(fn as never)
  },
  onClosing(mayClose) {
    let refused = false
    void getCurrentWindow().onCloseRequested(async (event) => {
      if (refused || (await mayClose())) return
      refused = true
      event.preventDefault()
    })
  },
}
