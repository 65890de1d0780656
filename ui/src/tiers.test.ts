import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const src = import.meta.dirname
// What each folder may import from, beside itself.
const below: Record<string, string[]> = {
  generated: [],
  backend: ['generated'],
  i18n: ['backend', 'generated'],
  shared: ['i18n', 'backend', 'generated'],
  record: ['shared', 'i18n', 'backend', 'generated'],
  pages: ['record', 'shared', 'i18n', 'backend', 'generated'],
}

const files = (folder: string): string[] =>
  readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|svelte)$/.test(file))
    .map((file) => join(src, folder, file))

test.each(Object.keys(below))('%s imports only from below', (folder) => {
  for (const file of files(folder)) {
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import) '([^']+)'/g)) {
      const target = from.startsWith('@/') ? from.split('/')[1] : undefined
      if (target) expect([folder, ...below[folder]!], `${file} imports ${from}`).toContain(target)
    }
  }
})

test.each(Object.keys(below))('components of %s stay short', (folder) => {
  for (const file of files(folder).filter((f) => f.endsWith('.svelte')))
    expect(readFileSync(file, 'utf8').split('\n').length, file).toBeLessThanOrEqual(320)
})
