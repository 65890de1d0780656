// Every page, light and dark, wide and narrow: drawn, without an accessibility violation, without sideways scrolling.
import { expect, test, type Page } from '@playwright/test'
import { ask, audit, collection, go, open } from './desk'

test.beforeEach(({ page }) => open(page))

// A finding aid with an extent that has no number.
const rough = `<?xml version="1.0"?><ead><eadheader><eadid>R.1</eadid><filedesc><titlestmt><titleproper>Rough</titleproper></titlestmt></filedesc></eadheader>
<archdesc level="collection"><did><unittitle>Rough papers</unittitle><unitid>R.1</unitid><unitdate normal="1921/1912">1921-1912</unitdate><physdesc><extent>abt. some boxes and vols</extent></physdesc></did></archdesc></ead>`

const sizes = { wide: { width: 1440, height: 900 }, zoomed: { width: 853, height: 533 } }

const pages: Record<string, (page: Page) => Promise<void>> = {
  start: (page) => go(page, '/start').then(() => expect(page.getByText('Go on with')).toBeVisible()),
  collections: (page) => go(page, '/list/resource').then(() => expect(page.getByRole('row').nth(1)).toBeVisible()),
  agents: (page) => go(page, '/list/agent').then(() => expect(page.getByRole('row').nth(1)).toBeVisible()),
  search: (page) => go(page, '/list/all?q=halloran').then(() => expect(page.getByRole('row').nth(1)).toBeVisible()),
  'search with a record': async (page) => {
    await go(page, '/list/all?q=diary')
    await page.getByRole('row').nth(1).click()
    await expect(page.getByRole('textbox', { name: 'Title' }).first()).toBeVisible()
  },
  'nothing found': (page) => go(page, '/list/all?q=zzzzqqq').then(() => expect(page.getByRole('heading', { name: /No record has/ })).toBeVisible()),
  empty: (page) => go(page, '/list/assessment').then(() => expect(page.getByRole('main').getByRole('heading', { level: 2 })).toBeVisible()),
  tree: async (page) => {
    await go(page, `/tree${await collection(page)}`)
    await expect(page.getByRole('treegrid').getByRole('row').nth(2)).toBeVisible()
  },
  sync: (page) => go(page, '/sync').then(() => expect(page.getByRole('heading', { name: 'Outbox' })).toBeVisible()),
  news: (page) => go(page, '/news').then(() => expect(page.getByRole('heading', { name: 'What others did' })).toBeVisible()),
  conflicts: (page) => go(page, '/conflicts').then(() => expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible()),
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

test('a conflict is decided by keys', async ({ page }) => {
  // A conflict takes a server and two desks (the whole-system tests do that); here it is the page that is looked at.
  const uri = await collection(page)
  const conflict = { uri, kind: 'resource', title: 'Halloran papers', reason: 'edited', by: 'tobe', at: '2026-11-20T10:05:00Z' }
  const fields = [
    { pointer: '/title', base: 'Papers', mine: 'Family papers', theirs: 'Papers of the family' },
    { pointer: '/dates/0/end', base: '1939', mine: '1940', theirs: '1941' },
  ]
  await page.route('**/call/conflicts', (route) => route.fulfill({ json: [{ ...conflict, fields }] }))
  let resolved: unknown
  await page.route('**/call/resolve_conflict', (route) => {
    resolved = route.request().postDataJSON()
    return route.fulfill({ json: { saved: true, problems: [], touched: [], record: null, op: null } })
  })
  await go(page, '/conflicts')
  await expect(page.getByRole('heading', { name: 'Halloran papers' })).toBeVisible()
  await audit(page)
  const finish = page.getByRole('button', { name: 'Finish' })
  await expect(finish).toBeDisabled()
  await page.getByRole('radio', { name: 'Title: Mine' }).focus()
  await page.keyboard.press('1')
  await expect(page.getByRole('radio', { name: 'End: Mine' })).toBeFocused()
  await page.keyboard.press('2')
  await expect(page.getByRole('status').filter({ hasText: 'All fields are decided' })).toBeVisible()
  await finish.click()
  await expect.poll(() => resolved).toEqual({ uri, take: null, fields: { '/title': 'mine', '/dates/0/end': 'theirs' } })
})

test('an import is looked at before it is stored', async ({ page }) => {
  const before = await ask(page, 'list', { kinds: ['resource'], limit: 1 })
  await go(page, '/import')
  await page.locator('input[type="file"]').setInputFiles({ name: 'rough.xml', mimeType: 'text/xml', buffer: Buffer.from(rough) })
  await expect(page.getByRole('button', { name: /^Import \d/ })).toBeVisible()
  await expect(page.getByRole('grid', { name: /could not be read/ }).getByRole('row').nth(1)).toBeVisible()
  await audit(page)
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByRole('heading', { name: 'Bring finding aids in' })).toBeVisible()
  expect((await ask(page, 'list', { kinds: ['resource'], limit: 1 })).total).toBe(before.total)
})

test('the titles of the window name page and repository', async ({ page }) => {
  await go(page, '/sync')
  const { repositories } = await ask(page, 'state', {})
  await expect(page).toHaveTitle(`Sync – ${repositories[0]?.name} – Fonds`)
})
