// Keys pressed while something is still being fetched: they are honoured when it comes, and nobody who went on is taken back.
import { expect, test, type Page } from '@playwright/test'
import { ask, collection, go, open } from './desk'

test.beforeEach(({ page }) => open(page))

/** Holds the answers to a command back until the returned function is called. */
async function hold(page: Page, command: string): Promise<() => void> {
  let release!: () => void
  const released = new Promise<void>((done) => (release = done))
  await page.route(`**/call/${command}`, async (route) => {
    await released
    await route.continue()
  })
  return release
}

const row = (page: Page, index: number) => page.locator(`[role="treegrid"] [data-index="${index}"]`)
const title = (page: Page) => page.getByRole('textbox', { name: 'Title' }).first()

/** The tree of the first collection, drawn, with its record beside it. */
async function openTree(page: Page): Promise<string> {
  const root = await collection(page)
  await go(page, `/tree${root}`)
  await expect(row(page, 1)).toBeVisible()
  await expect(title(page)).toBeVisible()
  return root
}

/** The person on the first component of the tree, of which no row has come until the returned function is called. */
async function onRowToCome(page: Page): Promise<() => void> {
  const release = await hold(page, 'tree_children')
  await openTree(page)
  await page.keyboard.press('Control+2')
  await page.keyboard.press('ArrowDown')
  await expect(row(page, 1)).toBeFocused()
  return release
}

test('the tree is asked for before it is there, and moved in', async ({ page }) => {
  const release = await hold(page, 'tree_root')
  await go(page, `/tree${await collection(page)}`)
  await expect(page.getByRole('treegrid')).toHaveAttribute('aria-busy', 'true')
  for (const key of ['Control+2', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
  release()
  await expect(row(page, 2)).toBeFocused()
})

test('the tree is asked for before its page is there', async ({ page }) => {
  const root = await collection(page)
  const { rows } = await ask(page, 'tree_children', { root, limit: 1 })
  const release = await hold(page, 'tree_path')
  await go(page, `/tree${rows[0]!.uri}`)
  await page.keyboard.press('Control+2')
  release()
  await expect(row(page, 1)).toBeFocused()
})

test('keys that follow at once reach the row', async ({ page }) => {
  await openTree(page)
  await page.evaluate(() => {
    const press = (key: string, ctrlKey = false) =>
      Promise.resolve().then(() => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true })))
    return press('2', true).then(() => new Promise((done) => setTimeout(done))).then(() => press('ArrowDown')).then(() => press('ArrowDown'))
  })
  await expect(row(page, 2)).toBeFocused()
  await expect(page.locator('[data-pane="record"] h1')).toHaveText(/\S/)
})

test('a row far out of view keeps the focus through every key', async ({ page }) => {
  await openTree(page)
  await page.keyboard.press('Control+2')
  await page.keyboard.press('*')
  for (const key of ['End', 'PageUp', 'PageUp', 'Home', 'End', 'Home', 'ArrowDown']) await page.keyboard.press(key)
  await expect(row(page, 1)).toBeFocused()
})

test('keys count on rows that have not come', async ({ page }) => {
  await openTree(page)
  await page.keyboard.press('Control+2')
  await page.keyboard.press('ArrowDown')
  await expect(row(page, 1)).toHaveAttribute('aria-expanded', 'false')
  const release = await hold(page, 'tree_children')
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key)
  await expect(row(page, 1)).toBeFocused()
  for (const key of ['ArrowRight', 'F2']) await page.keyboard.press(key)
  release()
  await expect(page.getByRole('textbox', { name: 'New title' })).toBeFocused()
})

test('rows that have not come are selected', async ({ page }) => {
  const root = await collection(page)
  const release = await hold(page, 'tree_children')
  await go(page, `/tree${root}`)
  await expect(row(page, 3)).toBeAttached()
  for (const key of ['Control+2', 'ArrowDown', 'Shift+ArrowDown']) await page.keyboard.press(key)
  release()
  for (const [index, selected] of [[1, 'true'], [2, 'true'], [3, 'false']] as const) await expect(row(page, index)).toHaveAttribute('aria-selected', selected)
})

test('a key of the window is not held back for a row that has not come', async ({ page }) => {
  const root = await collection(page)
  const release = await hold(page, 'tree_children')
  await go(page, `/tree${root}`)
  await expect(row(page, 3)).toBeAttached()
  for (const key of ['Control+2', 'ArrowDown', 'Control+f']) await page.keyboard.press(key)
  await expect(page.getByRole('searchbox', { name: 'Find in this tree' })).toBeFocused()
  release()
  await expect(row(page, 1)).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('searchbox', { name: 'Find in this tree' })).toBeFocused()
})

test('selecting begins at a row that was moved to before it came', async ({ page }) => {
  const root = await collection(page)
  const release = await hold(page, 'tree_children')
  await go(page, `/tree${root}`)
  await expect(row(page, 3)).toBeAttached()
  for (const key of ['Control+2', 'ArrowDown']) await page.keyboard.press(key)
  release()
  await expect(row(page, 1)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Shift+ArrowDown')
  for (const [index, selected] of [[1, 'true'], [2, 'true'], [3, 'false']] as const) await expect(row(page, index)).toHaveAttribute('aria-selected', selected)
})

test('the record that was moved to gets the focus, however late it comes', async ({ page }) => {
  await openTree(page)
  await page.keyboard.press('Control+2')
  await expect(row(page, 0)).toBeFocused()
  const was = await title(page).inputValue()
  const release = await hold(page, 'open_record')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+3')
  await expect(page.locator('[data-pane="record"] [aria-busy="true"]')).toBeAttached()
  release()
  await expect(title(page)).toBeFocused()
  expect(await title(page).inputValue()).not.toBe(was)
})

test('the record of a row that had not come gets the focus', async ({ page }) => {
  const release = await onRowToCome(page)
  const was = await title(page).inputValue()
  await page.keyboard.press('Control+3')
  release()
  await expect(title(page)).toBeFocused()
  expect(await title(page).inputValue()).not.toBe(was)
})

test('what the menu does to a row that had not come is done when it comes', async ({ page }) => {
  const release = await onRowToCome(page)
  await page.getByRole('button', { name: 'More for the selected component' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  release()
  await expect(page.getByRole('textbox', { name: 'New title' })).toBeFocused()
})

test('a row that comes late takes nobody from the form that they went to', async ({ page }) => {
  const release = await onRowToCome(page)
  const was = await title(page).inputValue()
  await title(page).click()
  release()
  await expect(page.getByRole('treegrid').locator('.skeleton')).toHaveCount(0)
  await page.waitForTimeout(300)
  await expect(title(page)).toBeFocused()
  await expect(title(page)).toHaveValue(was)
})

test('who leaves the tree or the list before the record followed is not taken back', async ({ page }) => {
  await openTree(page)
  const { rows } = await ask(page, 'list', { kinds: ['subject'], limit: 1 })
  for (const place of [undefined, `/list/subject?open=${encodeURIComponent(rows[0]!.uri)}`]) {
    if (place) await go(page, place)
    const first = place ? page.getByRole('grid').getByRole('row').first() : row(page, 0)
    await expect(first).toBeVisible()
    await page.keyboard.press('Control+2')
    await page.evaluate(() => {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }))
      setTimeout(() => (location.hash = '#/sync'), 20)
    })
    await expect(page.getByRole('heading', { name: 'Outbox' })).toBeVisible()
    await page.waitForTimeout(300)
    expect(await page.evaluate(() => location.hash)).toBe('#/sync')
  }
})

test('a record that comes late takes nobody from where they went', async ({ page }) => {
  await openTree(page)
  await page.keyboard.press('Control+2')
  await expect(row(page, 0)).toBeFocused()
  const release = await hold(page, 'open_record')
  for (const key of ['ArrowDown', 'Enter', 'Control+2', 'ArrowDown']) await page.keyboard.press(key)
  await expect(row(page, 2)).toBeFocused()
  release()
  await expect(title(page)).toBeVisible()
  await expect(row(page, 2)).toBeFocused()
})

test('a way that is found late takes nobody back', async ({ page }) => {
  const root = await openTree(page)
  const { rows } = await ask(page, 'search', { query: 'diary', root, limit: 1 }).then(({ hits }) => ({ rows: hits }))
  await page.keyboard.press('Control+2')
  await expect(row(page, 0)).toBeFocused()
  const release = await hold(page, 'tree_path')
  await go(page, `/tree${rows[0]!.uri}`)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(row(page, 2)).toBeFocused()
  release()
  await expect(page.locator('[data-pane="record"] h1')).toHaveText(/\S/)
  await expect(row(page, 2)).toBeFocused()
})

test('a palette gives the focus to the record that was chosen', async ({ page }) => {
  await openTree(page)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('diary of')
  await expect(page.getByRole('option', { name: /Diary of/ }).first()).toBeVisible()
  const release = await hold(page, 'open_record')
  await page.keyboard.press('Enter')
  release()
  await expect(title(page)).toBeFocused()
  await expect(title(page)).toHaveValue(/Diary/)
})

test('Enter in the palette waits for what was typed', async ({ page }) => {
  await openTree(page)
  await page.keyboard.press('Control+k')
  // The answer to the first letters has come; that to the last has not, and what is listed is something else.
  await page.keyboard.type('hal')
  await expect(page.getByRole('option', { name: /Halloran/ }).first()).toBeVisible()
  const release = await hold(page, 'typeahead')
  await page.getByRole('combobox', { name: 'Find or do' }).fill('diary of')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('listbox', { name: 'Find or do' })).toHaveAttribute('aria-busy', 'true')
  release()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(title(page)).toHaveValue(/Diary/)
  await expect(title(page)).toBeFocused()
})

test('arrows in the palette count on what was typed', async ({ page }) => {
  const { rows } = await ask(page, 'typeahead', { kinds: [], repo: (await ask(page, 'state', {})).repositories[0]!.uri, text: 'diary', limit: 8 })
  expect(rows.length).toBeGreaterThan(1)
  await page.keyboard.press('Control+k')
  const release = await hold(page, 'typeahead')
  await page.keyboard.type('diary')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  release()
  await expect(title(page)).toBeFocused()
  await expect.poll(() => page.evaluate(() => location.hash)).toContain(rows[1]!.uri)
})

test('the palette has the focus before the next key, and comes again at once', async ({ page }) => {
  await openTree(page)
  const focused = await page.evaluate(() => {
    const press = (key: string, ctrlKey = false) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }))
    const role = () => document.activeElement?.getAttribute('role')
    press('k', true)
    const first = role()
    document.querySelector('dialog')?.dispatchEvent(new Event('cancel'))
    return Promise.resolve().then(() => { press('k', true); return [first, role()] })
  })
  expect(focused).toEqual(['combobox', 'combobox'])
  // What the first one had still to say closes nobody else.
  await page.keyboard.type('halloran')
  await expect(page.getByRole('combobox', { name: 'Find or do' })).toHaveValue('halloran')
})

for (const when of ['before a hit', 'after a hit', 'after Esc']) {
  test(`Find leads back to a row that came ${when}`, async ({ page }) => {
    const release = await onRowToCome(page)
    await page.keyboard.press('Control+f')
    const box = page.getByRole('searchbox', { name: 'Find in this tree' })
    await expect(box).toBeFocused()
    if (when === 'before a hit') release()
    await page.keyboard.type('diar')
    await expect(page.getByRole('search', { name: 'Find in this tree' }).getByRole('status')).toHaveText(/1 of \d/)
    if (when === 'after a hit') release()
    if (when !== 'after Esc') await expect(page.locator('[role="treegrid"] [aria-selected="true"]')).not.toHaveAttribute('data-index', /^[01]$/)
    await page.keyboard.press('Escape')
    await expect(box).toHaveCount(0)
    release()
    await expect(row(page, 1)).toBeFocused()
    await expect(row(page, 1)).toHaveAttribute('aria-selected', 'true')
  })
}

test('who left the tree after Find is not taken back by a row that comes late', async ({ page }) => {
  const release = await onRowToCome(page)
  await page.keyboard.press('Control+f')
  await expect(page.getByRole('searchbox', { name: 'Find in this tree' })).toBeFocused()
  await page.keyboard.press('Escape')
  await go(page, '/sync')
  await expect(page.getByRole('heading', { name: 'Outbox' })).toBeVisible()
  release()
  await page.waitForTimeout(300)
  expect(await page.evaluate(() => location.hash)).toBe('#/sync')
})
