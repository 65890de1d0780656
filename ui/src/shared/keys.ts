// The one table of actions and their keys. Menus, tooltips, the cheat sheet, the palette
// and the listener of the window all read it; a test checks that no key is given twice.

/** Where a key works: in the whole window, or in the part that has the focus. */
export type Scope = 'window' | 'record' | 'list' | 'tree' | 'row' | 'text'

interface Key {
  /** As written for Linux and Windows; `Mod` is ⌘ on macOS and Ctrl elsewhere. */
  key: string
  /** Another key for the same, for keyboards without F-keys. */
  twin?: string
  /** The key of macOS where it differs by more than Mod. */
  mac?: string
  scope: Scope
}

const table = {
  palette: { key: 'Mod+K', scope: 'window' },
  search: { key: 'Mod+Shift+F', scope: 'window' },
  new: { key: 'Mod+N', scope: 'window' },
  navigation: { key: 'Mod+1', scope: 'window' },
  list: { key: 'Mod+2', scope: 'window' },
  record: { key: 'Mod+3', scope: 'window' },
  'next-pane': { key: 'F6', scope: 'window' },
  'previous-pane': { key: 'Shift+F6', scope: 'window' },
  'toggle-navigation': { key: 'Mod+B', scope: 'window' },
  back: { key: 'Alt+ArrowLeft', mac: 'Mod+[', scope: 'window' },
  forward: { key: 'Alt+ArrowRight', mac: 'Mod+]', scope: 'window' },
  sync: { key: 'F9', twin: 'Mod+Shift+Y', scope: 'window' },
  news: { key: 'Mod+Shift+L', scope: 'window' },
  undo: { key: 'Mod+Z', scope: 'window' },
  redo: { key: 'Mod+Shift+Z', scope: 'window' },
  keys: { key: '?', scope: 'window' },
  find: { key: 'Mod+F', scope: 'window' },

  save: { key: 'Mod+S', scope: 'record' },
  validate: { key: 'F8', twin: 'Mod+Shift+K', scope: 'record' },
  'next-problem': { key: 'F4', twin: 'Mod+.', scope: 'record' },
  'previous-problem': { key: 'Shift+F4', scope: 'record' },
  'go-to-field': { key: 'Mod+J', scope: 'record' },
  history: { key: 'Mod+Y', scope: 'record' },
  'toggle-all': { key: 'Mod+E', scope: 'record' },
  'toggle-publish': { key: 'Mod+Shift+P', scope: 'record' },
  help: { key: 'F1', scope: 'record' },

  'previous-record': { key: 'Alt+ArrowUp', mac: 'Ctrl+Mod+ArrowUp', scope: 'window' },
  'next-record': { key: 'Alt+ArrowDown', mac: 'Ctrl+Mod+ArrowDown', scope: 'window' },
  open: { key: 'Enter', scope: 'list' },
  'select-row': { key: 'Space', scope: 'list' },
  'select-to': { key: 'Shift+ArrowDown', scope: 'list' },
  'select-all': { key: 'Mod+A', scope: 'list' },
  'select-none': { key: 'Escape', scope: 'list' },
  'delete-selected': { key: 'Delete', scope: 'list' },

  rename: { key: 'F2', scope: 'tree' },
  'open-siblings': { key: '*', scope: 'tree' },
  'new-after': { key: 'Mod+Enter', scope: 'tree' },
  'new-inside': { key: 'Mod+Shift+Enter', scope: 'tree' },
  'move-up': { key: 'Alt+Shift+ArrowUp', scope: 'tree' },
  'move-down': { key: 'Alt+Shift+ArrowDown', scope: 'tree' },
  'move-out': { key: 'Alt+Shift+ArrowLeft', scope: 'tree' },
  'move-in': { key: 'Alt+Shift+ArrowRight', scope: 'tree' },
  cut: { key: 'Mod+X', scope: 'tree' },
  'paste-after': { key: 'Mod+V', scope: 'tree' },
  'paste-inside': { key: 'Mod+Shift+V', scope: 'tree' },
  delete: { key: 'Delete', scope: 'tree' },

  'remove-row': { key: 'Mod+Delete', scope: 'row' },
  'duplicate-row': { key: 'Mod+D', scope: 'row' },
  'row-up': { key: 'Alt+Shift+ArrowUp', scope: 'row' },
  'row-down': { key: 'Alt+Shift+ArrowDown', scope: 'row' },

  emphasis: { key: 'Mod+I', scope: 'text' },
  link: { key: 'Mod+L', scope: 'text' },
  markup: { key: 'Mod+Shift+M', scope: 'text' },
  large: { key: 'Mod+Shift+Enter', scope: 'text' },
  repair: { key: 'Alt+Enter', scope: 'text' },
} satisfies Record<string, Key>

export type Action = keyof typeof table
export const keys: Record<Action, Key> = table

const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform)

/** Whether this key press is the key of the action. */
export function matches(event: KeyboardEvent, action: Action, mac = isMac): boolean {
  const key = keys[action]
  const spelled = [mac ? (key.mac ?? key.key) : key.key, key.twin]
  return spelled.some((combination) => combination !== undefined && pressed(event, combination, mac))
}

/** Whether this key press is the key of an action of the whole window. */
export const ofWindow = (event: KeyboardEvent): boolean =>
  (Object.keys(keys) as Action[]).some((action) => keys[action].scope === 'window' && matches(event, action))

function pressed(event: KeyboardEvent, combination: string, mac: boolean): boolean {
  const parts = combination.split('+')
  const name = parts.pop() || '+'
  const has = (part: string) => parts.includes(part)
  const mod = has('Mod')
  if (event.metaKey !== (mac && mod)) return false
  if (event.ctrlKey !== (has('Ctrl') || (!mac && mod))) return false
  if (event.altKey !== has('Alt')) return false
  // A character that needs Shift on some keyboards, as ? and *, is the character, not the Shift.
  if (/^[^\w]$/.test(name)) return event.key === name
  return event.shiftKey === has('Shift') && (event.key === ' ' ? 'space' : event.key.toLowerCase()) === name.toLowerCase()
}

const shown: Record<string, string> = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Enter: '↵', Delete: 'Del', Escape: 'Esc',
}
const macShown: Record<string, string> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }

/** The key of an action as people read it: `Ctrl K`, `⌘K`. */
export function keyText(action: Action, mac = isMac): string {
  const key = keys[action]
  const parts = (mac ? (key.mac ?? key.key) : key.key).split('+')
  const text = parts.map((part) => (mac ? (macShown[part] ?? shown[part]) : undefined) ?? shown[part] ?? (part === 'Mod' ? 'Ctrl' : part))
  return text.join(mac ? '' : ' ')
}

/** The key of an action as `aria-keyshortcuts` wants it. */
export const ariaKeys = (action: Action, mac = isMac): string =>
  keys[action].key.replace('Mod', mac ? 'Meta' : 'Control')

/** Whether an element takes typed text, so that keys which edit text are its own. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'file'].includes(target.type)
}
