import { expect, test } from 'vitest'
import { maybe } from '@/i18n'
import { keys, keyText, matches, type Action } from './keys'

const press = (key: string, with_: Partial<KeyboardEvent> = {}) =>
  ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...with_ }) as KeyboardEvent

test('a key belongs to one action of its scope', () => {
  for (const mac of [false, true]) {
    const seen = new Map<string, Action>()
    for (const [action, key] of Object.entries(keys) as [Action, (typeof keys)[Action]][]) {
      const id = `${key.scope} ${keyText(action, mac)}`
      expect(seen.get(id), `${id} is ${action}'s and another's`).toBeUndefined()
      seen.set(id, action)
    }
  }
})

test('every action has a name', () => {
  for (const [action, key] of Object.entries(keys)) {
    expect(maybe(`action-${action}`), action).toBeDefined()
    expect(maybe(`scope-${key.scope}`), key.scope).toBeDefined()
  }
})

test('presses are recognised', () => {
  expect(matches(press('k', { ctrlKey: true }), 'palette', false)).toBe(true)
  expect(matches(press('k', { metaKey: true }), 'palette', true)).toBe(true)
  expect(matches(press('k', { ctrlKey: true }), 'palette', true)).toBe(false)
  expect(matches(press('K', { ctrlKey: true, shiftKey: true }), 'palette', false)).toBe(false)
  expect(matches(press('?', { shiftKey: true }), 'keys', false)).toBe(true)
  expect(matches(press('*', { shiftKey: true }), 'open-siblings', false)).toBe(true)
  expect(matches(press('Enter', { ctrlKey: true, shiftKey: true }), 'new-inside', false)).toBe(true)
  expect(matches(press('Enter', { ctrlKey: true, shiftKey: true }), 'new-after', false)).toBe(false)
})

test('keys are written as people read them', () => {
  expect(keyText('palette', false)).toBe('Ctrl K')
  expect(keyText('palette', true)).toBe('⌘K')
  expect(keyText('back', true)).toBe('⌘[')
})
