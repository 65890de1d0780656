// The whole task by keyboard alone: find a word, open the component, change its title, save, sync.
import { expect, test } from '@playwright/test'
import { ask, go, open } from './desk'

test.beforeEach(({ page }) => open(page))

test('search, open, change, save, sync', async ({ page }) => {
  const keys = page.keyboard
  await keys.press('Control+Shift+F')
  const search = page.getByRole('searchbox')
  await expect(search).toBeFocused()
  await keys.type('diary')
  await expect(page.getByRole('row', { name: /Diary of/ }).first()).toBeVisible()

  await keys.press('ArrowDown')
  await keys.press('Enter')
  const title = page.getByRole('textbox', { name: 'Title' }).first()
  await expect(title).toBeFocused()
  const was = await title.inputValue()
  const mark = `${Date.now()}`
  await keys.press('End')
  await keys.type(` ${mark}`)
  await keys.press('Control+s')
  await expect(page.getByRole('row', { name: new RegExp(mark) })).toBeVisible()

  const found = await ask(page, 'search', { query: mark, limit: 5 })
  expect(found.hits.map((hit) => hit.title)).toContainEqual(expect.stringContaining(mark))
  const before = await ask(page, 'sync_status', {})
  expect(before.outbox).toBeGreaterThan(0)

  await keys.press('F9')
  if (before.server) await expect.poll(async () => (await ask(page, 'sync_status', {})).outbox, { timeout: 30_000 }).toBe(0)
  else await expect(page.getByRole('heading', { name: 'Connect to a server' })).toBeVisible()

  // A sync leaves the page alone; only the connecting form has a way back to the record.
  if (!before.server) await keys.press('Alt+ArrowLeft')
  await expect(title).toHaveValue(`${was} ${mark}`)
})

test('the tree by keyboard', async ({ page }) => {
  const { rows } = await ask(page, 'list', { kinds: ['resource'], limit: 1 })
  await go(page, `/tree${rows[0]!.uri}`)
  const tree = page.getByRole('treegrid')
  await expect(tree.getByRole('row').nth(2)).toBeVisible()
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-index'))
  await page.keyboard.press('Control+2')
  await expect.poll(focused).toBe('0')
  await page.keyboard.press('ArrowDown')
  await expect.poll(focused).toBe('1')
  // The record follows.
  await expect(page.locator('[data-pane="record"] h1')).toHaveText(/\S/)
  await page.keyboard.press('ArrowRight')
  await expect(tree.getByRole('row', { expanded: true })).toHaveCount(2)
  await page.keyboard.press('ArrowRight')
  await expect.poll(focused).toBe('2')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(focused).toBe('1')
  await page.keyboard.press('ArrowLeft')
  await expect(tree.getByRole('row', { expanded: true })).toHaveCount(1)
})

test('rename, move and undo in the tree', async ({ page }) => {
  const { rows } = await ask(page, 'list', { kinds: ['resource'], limit: 1 })
  const root = rows[0]!.uri
  const before = (await ask(page, 'tree_children', { root, limit: 10 })).rows.map((row) => row.title)
  await go(page, `/tree${root}`)
  const tree = page.getByRole('treegrid')
  await expect(tree.getByRole('row').nth(2)).toBeVisible()
  await page.keyboard.press('Control+2')
  await expect(tree.getByRole('row').nth(1)).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(tree.getByRole('row').nth(2)).toBeFocused()

  await page.keyboard.press('F2')
  const name = page.getByRole('textbox', { name: 'New title' })
  await expect(name).toBeFocused()
  await name.fill(`${before[0]} renamed`)
  await page.keyboard.press('Enter')
  await expect(tree.getByRole('row', { name: `${before[0]} renamed` })).toBeVisible()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect(tree.getByRole('row', { name: `${before[0]} renamed` })).toHaveCount(0)

  await tree.getByRole('row').nth(2).focus()
  await page.keyboard.press('Alt+Shift+ArrowDown')
  await expect.poll(async () => (await ask(page, 'tree_children', { root, limit: 2 })).rows.map((row) => row.title)).toEqual([before[1], before[0]])
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-index'))).toBe('2')
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(async () => (await ask(page, 'tree_children', { root, limit: 2 })).rows.map((row) => row.title)).toEqual([before[0], before[1]])
})

test('F6 goes round the panes', async ({ page }) => {
  await go(page, '/list/all?q=diary')
  await expect(page.getByRole('row', { name: /Diary of/ }).first()).toBeVisible()
  const pane = () => page.evaluate(() => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane'))
  const seen = new Set<string | null | undefined>()
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('F6')
    seen.add(await pane())
  }
  expect(seen).toEqual(new Set(['navigation', 'list']))
})
