// The sync page where it has stopped, the outbox in all its states, what a sync would do, and what others did. A server and
// colleagues take the whole-system tests; here it is the pages that are looked at, wide and at the smallest width.
import { expect, test, type Page } from '@playwright/test'
import { ask, audit, collection, go, open } from './desk'

const sizes = { wide: { width: 1440, height: 900 }, small: { width: 800, height: 600 } }
const problems = {
  vanished: { code: 'vanished', args: { kind: 'archival_object', gone: '5012', held: '8200' } },
  set_back: { code: 'set_back' },
  other_data: { code: 'other_data' },
}

/** Has the desk say that it is connected, and what went wrong last. */
async function connected(page: Page, more: object): Promise<void> {
  await page.route('**/call/state', async (route) => {
    const state = await (await route.fetch()).json()
    const sync = { ...state.sync, server: 'https://archives.example.org', user: 'ada', online: true, last_sync: '2026-11-20T10:05:00Z', vanish_share: 50, ...more }
    await route.fulfill({ json: { ...state, sync } })
  })
  await page.reload()
}
const fits = async (page: Page) => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(wide, 'sideways scrolling').toBeLessThanOrEqual(0)
}

test.beforeEach(({ page }) => open(page))

for (const [code, problem] of Object.entries(problems)) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`${code} is told with its ways out, ${size}`, async ({ page }) => {
      await page.setViewportSize(viewport)
      let answered: unknown
      await page.route('**/call/answer_sync', (route) => {
        answered = route.request().postDataJSON()
        return route.fulfill({ json: {} })
      })
      await page.route('**/call/sync', (route) => route.fulfill({ json: { pulled: 0, pushed: 0, conflicts: 0, problems: [] } }))
      await connected(page, { problem, online: true })
      await go(page, '/sync')
      await expect(page.getByText('Wait', { exact: true })).toBeVisible()
      await expect(page.getByText('A copy of everything here is put into the folder backups first.').first()).toBeVisible()
      await page.screenshot({ path: test.info().outputPath('failsafe.png') })
      await audit(page)
      await fits(page)
      await page.getByRole('listitem').filter({ hasText: /Keep mine|Send the server what/ }).getByRole('button').click()
      await expect(page.getByText('This cannot be taken back.')).toBeVisible()
      expect(answered).toBeUndefined()
      await audit(page)
      await page.getByRole('group', { name: 'This cannot be taken back.' }).getByRole('button').first().click()
      await expect.poll(() => answered).toEqual({ problem: code, holds: 'mine' })
    })
  }
}

for (const [size, viewport] of Object.entries(sizes)) {
  test(`what a sync could not do and is no record's is told, ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport)
    const message = 'The controlled list /config/enumerations/41 on the server cannot be read and stays here as it was: missing field `name`'
    const problem = { uri: '/config/enumerations/41', code: 'list_unread', message }
    await page.route('**/call/sync', (route) => route.fulfill({ json: { pulled: 3, pushed: 0, conflicts: 0, problems: Array.from({ length: 7 }, () => problem) } }))
    await connected(page, { problem: null })
    await go(page, '/sync')
    await page.getByRole('button', { name: /^Sync now/ }).click()
    await expect(page.getByRole('alert').filter({ hasText: message })).toHaveCount(4)
    await expect(page.getByText('and 3 more')).toBeVisible()
    await page.screenshot({ path: test.info().outputPath('problem.png') })
    await audit(page)
    await fits(page)
  })

  test(`the outbox says what each record waits for, and what a sync would do, ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport)
    const uri = await collection(page)
    const row = { kind: 'archival_object', action: 'update', problem: null, waits_for: null, value: null, at: '2026-11-20T10:05:00Z' }
    const rows = [
      { ...row, uri: '/x/1', title: 'Letters', state: 'waiting' },
      { ...row, uri: '/x/2', title: 'Diaries', state: 'sending' },
      { ...row, uri: '/x/3', title: 'Maps', state: 'unanswered' },
      { ...row, uri: '/x/4', title: 'Box list', action: 'create', state: 'waits', waits_for: { uri, title: 'Halloran papers' } },
      { ...row, uri: '/x/5', title: 'Deeds', state: 'conflict' },
      { ...row, uri: '/x/6', title: 'Accounts', state: 'needs_value', value: 'extent_extent_type: crates', problem: { code: 'refused', args: { text: 'extents/0/extent_type: invalid' } } },
      { ...row, uri: '/x/7', title: 'Plans', state: 'refused', problem: { code: 'forbidden', args: { text: 'Access denied' } } },
    ]
    await page.route('**/call/outbox', (route) => route.fulfill({ json: rows }))
    const received = [
      { kind: 'archival_object', action: 'update', by: 'tobe', count: 12 },
      { kind: 'accession', action: 'create', by: 'cleo', count: 1 },
      { kind: 'resource', action: 'delete', by: null, count: 1 },
    ]
    await page.route('**/call/sync_preview', (route) => route.fulfill({ json: { sent: rows, received, more: false, whole: false } }))
    await connected(page, { outbox: 7 })
    await go(page, '/sync')
    await expect(page.getByText('Waits for Halloran papers, which needs you first')).toBeVisible()
    await expect(page.getByText('The server’s list has no “crates”', { exact: false })).toBeVisible()
    await expect(page.getByText('4 need you', { exact: false })).toBeVisible()
    await page.screenshot({ path: test.info().outputPath('outbox.png') })
    await audit(page)
    await fits(page)
    await page.getByRole('button', { name: 'What would happen?' }).click()
    await expect(page.getByRole('heading', { name: '14 records would come' })).toBeVisible()
    await expect(page.getByRole('heading', { name: '5 records would be sent, in this order' })).toBeVisible()
    await page.screenshot({ path: test.info().outputPath('ahead.png') })
    await audit(page)
    await fits(page)
  })

  test(`what others did stands by record and by person until it is seen, ${size}`, async ({ page }) => {
    await page.setViewportSize(viewport)
    const uri = await collection(page)
    const row = { uri, kind: 'resource', title: 'Halloran papers', action: 'update', fields: ['/title', '/notes/0/subnotes/0/content', '/notes/1/label'], by: 'tobe', at: '2026-11-20T10:05:00Z', held: true }
    let rows: object[] = [
      row,
      { ...row, action: 'move', fields: [], by: null },
      { ...row, uri: '/x/2', kind: 'accession', title: 'Maps', action: 'create', fields: [], by: 'cleo' },
      { ...row, uri: '/x/3', kind: 'accession', title: 'Deeds', action: 'delete', fields: [], by: null, held: false },
    ]
    await page.route('**/call/news', (route) => route.fulfill({ json: { upto: 41, rows, more: false, seen: '2026-11-19T10:05:00Z' } }))
    let seen: unknown
    await page.route('**/call/see_news', (route) => {
      seen = route.request().postDataJSON()
      rows = []
      return route.fulfill({ json: { touched: ['news'] } })
    })
    await page.keyboard.press('Control+Shift+L')
    await expect(page.getByText('Changed: Title, Notes')).toBeVisible()
    await page.screenshot({ path: test.info().outputPath('news.png') })
    await audit(page)
    await fits(page)
    await page.getByRole('radio', { name: 'By person' }).check()
    await expect(page.getByRole('heading', { name: /^tobe/ })).toBeVisible()
    await audit(page)
    await page.getByRole('button', { name: 'All seen' }).click()
    await expect.poll(() => seen).toEqual({ upto: 41 })
    await expect(page.getByText('Nobody else has changed anything')).toBeVisible()
  })
}

test('what cannot be taken back says why, with the way on', async ({ page }) => {
  const uri = await collection(page)
  const { repositories } = await ask(page, 'state', {})
  const { uri: made, record, draft } = await ask(page, 'new_record', { kind: 'accession', repo: repositories[0]!.uri })
  await ask(page, 'save_record', { uri: made, kind: 'accession', record: { ...record, ...draft?.record, title: 'Ash', id_0: `U-${Date.now()}`, accession_date: '2020-01-01' } })
  await page.route('**/call/undo', (route) => route.fulfill({ status: 400, json: { code: 'undo_clashes', args: { uri, fields: ['/title'] } } }))
  await page.reload()
  await go(page, '/start')
  // What can be taken back is known once the desk has answered.
  await page.getByRole('button', { name: 'Undo: Ash' }).waitFor()
  await page.keyboard.press('Control+z')
  const told = page.getByRole('status').filter({ hasText: 'Others have changed since' })
  await expect(told).toBeVisible()
  await told.getByRole('link', { name: 'Compare' }).click()
  await expect(page.getByRole('group', { name: 'Versions' })).toBeVisible()
  await ask(page, 'delete_record', { uri: made })
})
