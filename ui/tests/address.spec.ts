// A record that was made here gets its address from the server: the page follows, and old addresses lead to it.
import { expect, test } from '@playwright/test'
import { ask, collection, go, open } from './desk'

test.skip(!process.env.FONDS_SERVER, 'a server gives the addresses')
test.beforeEach(({ page }) => open(page))

test('a list follows its new record through a sync', async ({ page }) => {
  const { repositories } = await ask(page, 'state', {})
  const made = await ask(page, 'new_record', { kind: 'accession', repo: repositories[0]!.uri })
  const record = { ...made.draft!.record, id_0: `${Date.now()}`, title: 'Ledgers from the attic' }
  expect(await ask(page, 'save_record', { uri: made.uri, kind: 'accession', record })).toMatchObject({ saved: true })
  await go(page, `/list/accession?open=${encodeURIComponent(made.uri)}`)
  const title = page.getByRole('textbox', { name: 'Title' }).first()
  await title.focus()
  await page.keyboard.press('End')
  await page.keyboard.type(' and')
  await page.keyboard.press('F9')
  await expect.poll(() => page.url(), { timeout: 30_000 }).not.toContain('local_')
  // Whoever was typing goes on typing.
  await page.keyboard.type(' barn')
  await expect(title).toHaveValue('Ledgers from the attic and barn')
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('row', { name: /Ledgers from the attic and barn/ }).first()).toBeVisible()

  await go(page, '/start')
  await go(page, `/list/accession?open=${encodeURIComponent(made.uri)}`)
  await expect(title).toHaveValue('Ledgers from the attic and barn')
  await expect.poll(() => page.url()).not.toContain('local_')
})

test('a tree follows its new component through a sync', async ({ page }) => {
  const root = await collection(page)
  const made = await ask(page, 'new_record', { kind: 'archival_object', root })
  const record = { ...made.draft!.record, title: 'Found later', level: 'file' }
  expect(await ask(page, 'save_record', { uri: made.uri, kind: 'archival_object', record })).toMatchObject({ saved: true })
  await go(page, `/tree${made.uri}`)
  const row = page.getByRole('treegrid').getByRole('row', { name: /Found later/ })
  await row.focus()
  await page.keyboard.press('F9')
  await expect.poll(() => page.url(), { timeout: 30_000 }).not.toContain('local_')
  await expect(row).toBeFocused()
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await go(page, '/start')
  await go(page, `/tree${made.uri}`)
  await expect(row).toHaveAttribute('aria-selected', 'true')
  await expect.poll(() => page.url()).not.toContain('local_')
  await ask(page, 'delete_record', { uri: (await ask(page, 'open_record', { uri: made.uri })).uri })
})
