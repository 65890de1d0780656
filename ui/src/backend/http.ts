// The loopback host: a POST for a command, Server-Sent Events for what happens.
import type { Backend, EventName } from './types'

const heard = new Map<EventName, Set<(payload: never) => void>>()
let source: EventSource | undefined

function open() {
  source = new EventSource('/events')
  source.onmessage = (message) => {
    const { name, payload } = JSON.parse(message.data)
    heard.get(name)?.forEach((fn) => fn(payload as never))
  }
}

export const http: Backend = {
  async call(name, input) {
    const body = JSON.stringify(input)
    const answer = await fetch(`/call/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      // What was typed arrives although the page is closed; browsers do that for small requests only.
      keepalive: name === 'keep_draft' && body.length < 16_000,
      credentials: 'same-origin',
    }).catch(() => {
      throw { code: 'no_desk' }
    })
    const output = await answer.json().catch(() => ({ code: 'no_desk' }))
    if (!answer.ok) throw output
    return output
  },
  listen(event, fn) {
    if (!source) open()
    const set = heard.get(event) ?? new Set()
    heard.set(event, set.add(fn as never))
    return () => set.delete(fn as never)
  },
}
