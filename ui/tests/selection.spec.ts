// Several records of a list at once: selected by keys and by the mouse, published, deleted, and all of it taken back.
import { expect, test, type Page } from '@playwright/test'
import { ask, audit, go, open } from './desk'

const titles = ['Ash', 'Birch', 'Cedar', 'Elm', 'Fir']
const rows = (page: Page) => page.getByRole('grid', { name: 'Accessions' }).locator('[role="row"][data-index]')
const selected = (page: Page) => rows(page).and(page.locator('[aria-selected="true"]'))
const bar = (page: Page) => page.getByRole('group', { name: 'Selected records' })
const told = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words }).first()

test.beforeEach(async ({ page }) => {
  await open(page)
  await clear(page)
  const { repositories } = await ask(page, 'state', {})
  for (const [i, title] of titles.entries()) {
    const made = await ask(page, 'new_record', { kind: 'accession', repo: repositories[0]!.uri })
    const record = { ...made.record, ...made.draft?.record, title, id_0: `S${i}-${Date.now()}`, accession_date: '2020-01-01', publish: false }
    expect(await ask(page, 'save_record', { uri: made.uri, kind: 'accession', record })).toMatchObject({ saved: true })
  }
  await go(page, '/list/accession')
  await expect(rows(page)).toHaveCount(titles.length)
})

/** Other tests leave accessions too. */
async function clear(page: Page) {
  const { rows } = await ask(page, 'list', { kinds: ['accession'], limit: 100 })
  if (rows.length) await ask(page, 'delete_records', { uris: rows.map((row) => row.uri) })
}

test.afterEach(({ page }) => clear(page))

test('records are selected by keys', async ({ page }) => {
  await expect(page.getByRole('grid', { name: 'Accessions' })).toHaveAttribute('aria-multiselectable', 'true')
  await rows(page).first().focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(selected(page)).toHaveCount(3)
  await expect(rows(page).nth(2)).toBeFocused()
  await page.keyboard.press('Shift+ArrowUp')
  await expect(selected(page)).toHaveCount(2)
  // Moving on leaves it, and one more is added by itself.
  await page.keyboard.press('End')
  await page.keyboard.press('Space')
  await expect(selected(page)).toHaveCount(3)
  await expect(told(page, '3 records selected')).toBeAttached()
  await audit(page)
  await page.keyboard.press('Control+a')
  await expect(selected(page)).toHaveCount(titles.length)
  await page.keyboard.press('Escape')
  await expect(selected(page)).toHaveCount(0)
  await expect(bar(page)).toBeHidden()
  await expect(rows(page).last()).toBeFocused()
})

test('records are selected by the mouse', async ({ page }) => {
  await rows(page).nth(0).click({ modifiers: ['ControlOrMeta'] })
  await rows(page).nth(2).click({ modifiers: ['Shift'] })
  await expect(selected(page)).toHaveCount(3)
  await rows(page).nth(1).click({ modifiers: ['ControlOrMeta'] })
  await expect(selected(page)).toHaveCount(2)
  // A click alone looks at a record; what is selected stays so.
  await rows(page).nth(4).click()
  await expect(rows(page).nth(4)).toHaveAttribute('aria-current', 'true')
  await expect(rows(page).nth(4)).toHaveAttribute('aria-selected', 'false')
  await expect(bar(page)).toContainText('2 records selected')
  await audit(page)
  await bar(page).getByRole('button', { name: 'Select all 5' }).click()
  await expect(selected(page)).toHaveCount(5)
  await bar(page).getByRole('button', { name: 'Select nothing' }).click()
  await expect(selected(page)).toHaveCount(0)
  await expect(rows(page).nth(4)).toBeFocused()
})

test('what is selected is published, deleted, and taken back at once', async ({ page }) => {
  const marked = rows(page).getByRole('img', { name: 'Not published' })
  await expect(marked).toHaveCount(5)
  await rows(page).first().focus()
  await page.keyboard.press('Shift+ArrowDown')
  await bar(page).getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(told(page, '2 records are published')).toBeVisible()
  await expect(marked).toHaveCount(3)
  await bar(page).getByRole('button', { name: 'Unpublish' }).click()
  await expect(marked).toHaveCount(5)
  await rows(page).nth(1).focus()
  await page.keyboard.press('Delete')
  await expect(told(page, '2 records deleted')).toBeVisible()
  await expect(rows(page)).toHaveCount(3)
  await expect(rows(page).nth(1)).toBeFocused()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(rows(page)).toHaveCount(5)
})

test('all are deleted from the end, and the focus stays somewhere', async ({ page }) => {
  await rows(page).last().focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Delete')
  await expect(rows(page)).toHaveCount(4)
  await expect(rows(page).last()).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await expect(page.getByRole('heading', { name: /No accessions yet/ })).toBeVisible()
  await expect(page.getByRole('searchbox')).toBeFocused()
})

test('another query selects anew', async ({ page }) => {
  await rows(page).first().focus()
  await page.keyboard.press('Control+a')
  await expect(selected(page)).toHaveCount(5)
  await page.getByRole('searchbox').fill('birch')
  await expect(rows(page)).toHaveCount(1)
  await expect(bar(page)).toBeHidden()
})

test('Delete waits for what was asked to be selected', async ({ page }) => {
  await rows(page).first().focus()
  await page.evaluate(() => {
    const press = (key: string, ctrlKey = false) => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }))
    press('a', true)
    press('Delete')
  })
  await expect(told(page, '5 records deleted')).toBeVisible()
})

test('the place in a list stays when a record is opened', async ({ page }) => {
  await rows(page).nth(3).click()
  await expect(page.locator('[data-pane="record"]').getByRole('textbox', { name: 'Title' }).first()).toBeVisible()
  await expect(rows(page).nth(3)).toHaveAttribute('tabindex', '0')
})
