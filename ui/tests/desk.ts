// What the page tests share: a desk with the sample collections in it, and the audit that ends every page.
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import type { Commands } from '../src/generated/api'

const address = process.env.FONDS_URL ?? 'http://127.0.0.1:5173/'
const fixtures = join(import.meta.dirname, '../../tests/fixtures')

/** Asks the desk from the page, as the page itself does. */
export const ask = <K extends keyof Commands>(page: Page, name: K, input: Commands[K]['input']): Promise<Commands[K]['output']> =>
  page.evaluate(
    async ([name, body]) => {
      const answer = await fetch(`/call/${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: body ?? '' })
      return answer.json()
    },
    [name as string, JSON.stringify(input)],
  )

/** Opens the window; a desk without a repository gets one, one without collections imports a sample. */
export async function open(page: Page): Promise<void> {
  await page.goto(address)
  const state = await ask(page, 'state', {})
  if (!state.repositories.length) {
    await page.getByRole('radio', { name: 'On this computer' }).check()
    await page.getByLabel('Name of the archive').fill('Ellery Harbour Archives')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('navigation', { name: 'Navigation' })).toBeVisible()
  }
  await expect(page.getByRole('navigation', { name: 'Navigation' })).toBeVisible()
  const rows = await ask(page, 'list', { kinds: ['resource'], limit: 1 })
  if (!rows.total) await importSample(page)
}

/** Imports a finding aid through the page that does it. */
export async function importSample(page: Page, name = 'halloran-voss.xml'): Promise<void> {
  await go(page, '/import')
  await page.locator('input[type="file"]').setInputFiles(join(fixtures, name))
  const accept = page.getByRole('button', { name: /^Import \d/ })
  await expect(accept).toBeVisible()
  await accept.click()
  await expect(page.getByRole('heading', { name: 'Collections' })).toBeVisible()
}

/** Goes to a page by its address, without loading the window anew. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => (location.hash = hash), `#${path}`)
}

/** No accessibility rule is broken on what is shown now; a page that is still being fetched is waited for. */
export async function audit(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).filter({ hasText: /\S/ }).first()).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)).toEqual([])
}

/** The address of the first collection. */
export async function collection(page: Page): Promise<string> {
  const { rows } = await ask(page, 'list', { kinds: ['resource'], limit: 1 })
  return rows[0]!.uri
}
