// What is done to the nodes of a tree, each taken back by its Undo.
import { expect, test, type Page } from '@playwright/test'
import { ask, audit, collection, go, open } from './desk'

test.beforeEach(({ page }) => open(page))

const row = (page: Page, index: number) => page.locator(`[role="treegrid"] [data-index="${index}"]`)
const undo = (page: Page) => page.getByRole('status').getByRole('button', { name: 'Undo' })
const titles = async (page: Page, root: string, parent: string | null = null) => (await ask(page, 'tree_children', { root, parent, limit: 50 })).rows.map((one) => one.title)

async function openTree(page: Page): Promise<string> {
  const root = await collection(page)
  await go(page, `/tree${root}`)
  await expect(row(page, 3)).toBeVisible()
  await page.keyboard.press('Control+2')
  await page.keyboard.press('ArrowDown')
  await expect(row(page, 1)).toBeFocused()
  return root
}

test('several nodes are deleted and had back in their places', async ({ page }) => {
  const root = await openTree(page)
  const before = await titles(page, root)
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Delete')
  await expect.poll(() => titles(page, root)).toEqual(before.slice(2))
  await expect(row(page, 1)).toBeFocused()
  await undo(page).click()
  await expect.poll(() => titles(page, root)).toEqual(before)
})

test('find goes from hit to hit, and Esc back to where one was', async ({ page }) => {
  await openTree(page)
  await page.keyboard.press('Control+f')
  const box = page.getByRole('searchbox', { name: 'Find in this tree' })
  await expect(box).toBeFocused()
  await page.keyboard.type('diar')
  const chosen = page.locator('[role="treegrid"] [aria-selected="true"]')
  await expect(page.getByRole('search', { name: 'Find in this tree' }).getByRole('status')).toHaveText(/1 of \d/)
  await expect(chosen).not.toHaveAttribute('data-index', '1')
  await audit(page)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+Enter')
  await expect(box).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(box).toHaveCount(0)
  await expect(row(page, 1)).toBeFocused()
})

test('a node is duplicated with what is below it', async ({ page }) => {
  const root = await openTree(page)
  const before = await titles(page, root)
  await page.keyboard.press('Control+d')
  await expect.poll(() => titles(page, root)).toEqual([before[0], ...before])
  await expect(row(page, 2)).toBeFocused()
  const { rows } = await ask(page, 'tree_children', { root, limit: 2 })
  expect(await titles(page, root, rows[1]!.uri)).toEqual(await titles(page, root, rows[0]!.uri))
  await undo(page).click()
  await expect.poll(() => titles(page, root)).toEqual(before)
})

test('a node is moved to a place found by its name', async ({ page }) => {
  const root = await openTree(page)
  const before = await titles(page, root)
  const { rows } = await ask(page, 'tree_children', { root, limit: 2 })
  await page.getByRole('button', { name: 'More for the selected component' }).click()
  await page.getByRole('menuitem', { name: 'Move to…' }).click()
  const place = page.getByRole('combobox', { name: 'New place' })
  await place.fill(before[1]!)
  await expect(page.getByRole('option').first()).toContainText(before[1]!)
  await audit(page)
  await page.keyboard.press('Enter')
  await expect.poll(() => titles(page, root)).toEqual(before.slice(1))
  expect((await titles(page, root, rows[1]!.uri)).at(-1)).toBe(before[0])
  await undo(page).click()
  await expect.poll(() => titles(page, root)).toEqual(before)
})
