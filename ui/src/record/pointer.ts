/** JSON pointers (RFC 6901) and documents that are changed by making new ones. */

import type { Doc, Json } from '@/backend'

export type { Doc, Json }

export function isObject(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function tokens(pointer: string): string[] {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

export function child(pointer: string, token: string | number): string {
  return pointer + pointerOf([token])
}

export function parent(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))
}

export function last(pointer: string): string {
  return tokens(pointer).at(-1) ?? ''
}

/** Whether `pointer` is `above` or lies below it. */
export function within(pointer: string, above: string): boolean {
  return pointer === above || pointer.startsWith(`${above}/`)
}

export function get(document: Json | undefined, pointer: string): Json | undefined {
  let value: Json | undefined = document
  for (const token of tokens(pointer)) {
    if (Array.isArray(value)) value = value[Number(token)]
    else if (isObject(value)) value = Object.hasOwn(value, token) ? value[token] : undefined
    else return undefined
  }
  return value
}

/** Called for every container that is copied, so that a copy can take over what was known of it. */
export type Copied = (from: object, to: object) => void

/**
 * The document with `value` at `pointer`; `undefined` takes the member away.
 * Only the containers on the way are copied. Missing ones are made; objects
 * that are left without content are taken away too, list items never.
 */
export function put(document: Doc, pointer: string, value: Json | undefined, copied?: Copied): Doc {
  const changed = putAt(document, tokens(pointer), value, copied)
  return isObject(changed) ? changed : {}
}

function putAt(target: Json | undefined, path: string[], value: Json | undefined, copied?: Copied): Json | undefined {
  const [head, ...rest] = path
  if (head === undefined) return value
  if (Array.isArray(target) || (target === undefined && /^\d+$/.test(head))) {
    const list = Array.isArray(target) ? [...target] : []
    if (Array.isArray(target)) copied?.(target, list)
    list[Number(head)] = putAt(list[Number(head)], rest, value, copied) ?? (rest.length ? {} : '')
    return list
  }
  const object: Doc = isObject(target) ? { ...target } : {}
  if (isObject(target)) copied?.(target, object)
  const inner = putAt(isObject(target) ? target[head] : undefined, rest, value, copied)
  if (inner === undefined || (value === undefined && rest.length > 0 && isVoid(inner))) delete object[head]
  else object[head] = inner
  return object
}

/** An object that says nothing: no members, or only its kind. */
export function isVoid(value: Json): boolean {
  return isObject(value) && Object.keys(value).every((key) => key === 'jsonmodel_type')
}

/** Whether a value says something: not absent, not empty, not a shell of empties. */
export function hasContent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return false
  if (Array.isArray(value)) return value.length > 0
  if (isObject(value))
    return Object.entries(value).some(([key, inner]) => key !== 'jsonmodel_type' && hasContent(inner))
  return true
}

/** Equality of content; the order of members does not count. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => same(item, b[at]))
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  }
  return false
}
