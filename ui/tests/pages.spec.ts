// Every page, light and dark, wide and narrow: drawn, without an accessibility violation, without sideways scrolling.
import { expect, test, type Page } from '@playwright/test'
import { ask, audit, collection, go, open } from './desk'

test.beforeEach(({ page }) => open(page))

const sizes = { wide: { width: 1440, height: 900 }, zoomed: { width: 853, height: 533 } }

const pages: Record<string, (page: Page) => Promise<void>> = {
  start: (page) => go(page, '/start').then(() => expect(page.getByText('Go on with')).toBeVisible()),
  collections: (page) => go(page, '/list/resource').then(() => expect(page.getByRole('row').nth(1)).toBeVisible()),
  search: (page) => go(page, '/list/all?q=halloran').then(() => expect(page.getByRole('row').nth(1)).toBeVisible()),
  'search with a record': async (page) => {
    await go(page, '/list/all?q=diary')
    await page.getByRole('row').nth(1).click()
    await expect(page.getByRole('textbox', { name: 'Title' }).first()).toBeVisible()
  },
  'nothing found': (page) => go(page, '/list/all?q=zzzzqqq').then(() => expect(page.getByRole('heading', { name: /No record has/ })).toBeVisible()),
  empty: (page) => go(page, '/list/accession').then(() => expect(page.getByRole('main')).toBeVisible()),
  tree: async (page) => {
    await go(page, `/tree${await collection(page)}`)
    await expect(page.getByRole('treegrid').getByRole('row').nth(2)).toBeVisible()
  },
  sync: (page) => go(page, '/sync').then(() => expect(page.getByRole('heading', { name: 'Outbox' })).toBeVisible()),
  conflicts: (page) => go(page, '/conflicts').then(() => expect(page.getByRole('main')).toBeVisible()),
  drafts: (page) => go(page, '/drafts').then(() => expect(page.getByRole('heading', { name: 'Drafts' })).toBeVisible()),
  import: (page) => go(page, '/import').then(() => expect(page.getByRole('button', { name: 'Choose files…' })).toBeVisible()),
  history: async (page) => {
    await go(page, `/history${await collection(page)}`)
    await expect(page.getByRole('group', { name: 'Versions' })).toBeVisible()
  },
  'new repository': (page) => go(page, '/new-repository').then(() => expect(page.getByLabel('Short code')).toBeVisible()),
  palette: async (page) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('halloran')
    await expect(page.getByRole('option').first()).toBeVisible()
  },
  keys: async (page) => {
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'All keys' })).toBeVisible()
  },
}

for (const [name, show] of Object.entries(pages)) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`${name}, ${size}`, async ({ page }) => {
      await page.setViewportSize(viewport)
      if (size === 'zoomed') await page.emulateMedia({ colorScheme: 'dark' })
      await show(page)
      await audit(page)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(wide, 'sideways scrolling').toBeLessThanOrEqual(0)
    })
  }
}

test('the titles of the window name page and repository', async ({ page }) => {
  await go(page, '/sync')
  const { repositories } = await ask(page, 'state', {})
  await expect(page).toHaveTitle(`Sync – ${repositories[0]?.name} – Fonds`)
})
