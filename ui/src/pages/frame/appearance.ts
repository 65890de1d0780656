// Light, dark or as the system has it; more contrast. Kept on this computer.

export type Theme = 'system' | 'light' | 'dark'

const root = document.documentElement
const kept = (name: string) => localStorage.getItem(`fonds.${name}`)

/** Sets what was chosen before. Answers the theme. */
export function appearance(): Theme {
  const theme = (kept('theme') ?? 'system') as Theme
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
  if (kept('contrast') === 'more' || matchMedia('(prefers-contrast: more)').matches) root.dataset.contrast = 'more'
  return theme
}

/** Chooses a theme, or turns contrast on or off. Answers what holds now. */
export function choose(name: Theme): Theme
export function choose(name: 'contrast'): 'contrast' | 'plain'
export function choose(name: Theme | 'contrast'): Theme | 'contrast' | 'plain' {
  if (name !== 'contrast') {
    localStorage.setItem('fonds.theme', name)
    return appearance()
  }
  const more = root.dataset.contrast !== 'more'
  localStorage.setItem('fonds.contrast', more ? 'more' : 'usual')
  if (more) root.dataset.contrast = 'more'
  else delete root.dataset.contrast
  return more ? 'contrast' : 'plain'
}
