// The record form on the real loopback host: what is typed is safe, what is wrong is led to, keys do their work.
import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'

const host = process.env.FONDS_URL
test.skip(!host, 'left out: FONDS_URL is the address of `fonds serve` with its token')

async function call<T>(page: Page, name: string, input: object = {}): Promise<T> {
  return page.evaluate(
    async ([name, input]) => {
      const answer = await fetch(`/call/${name}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(input),
      })
      return answer.json()
    },
    [name, input] as const,
  )
}

/** A saved accession in a repository of its own; the page shows its form. */
async function accession(page: Page, more: object = {}): Promise<string> {
  await page.goto(host!)
  await call(page, 'new_repository', { code: 'FORM', name: 'Form tests' })
  const state = await call<{ repositories: { uri: string; code: string }[] }>(page, 'state')
  const repo = state.repositories.find((one) => one.code === 'FORM')?.uri
  const { uri, draft } = await call<{ uri: string; draft: { record: object } }>(page, 'new_record', { kind: 'accession', repo })
  const id_0 = String(Date.now())
  const record = { ...draft.record, title: 'Harbour papers', id_0, accession_date: '2026-09-14', ...more }
  await call(page, 'save_record', { uri, kind: 'accession', record })
  await page.goto(`${new URL(host!).origin}/#/record${uri}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Harbour papers')
  return uri
}

/** The heading of a section. */
const section = (page: Page, name: string) => page.locator(`#section-${name} .section-head`)
const foot = (page: Page) => page.locator('footer [role="status"]')

test('words are on the disk without being saved, and there after the window was killed', async ({ page, context }) => {
  const uri = await accession(page)
  await page.getByLabel('Title').fill('Harbour papers, with a lamp')
  await expect(foot(page)).toContainText('Draft')
  await expect(foot(page)).toContainText('kept')
  await page.close({ runBeforeUnload: false })
  const again = await context.newPage()
  await again.goto(`${new URL(host!).origin}/#/record${uri}`)
  await expect(again.getByLabel('Title')).toHaveValue('Harbour papers, with a lamp')
  await expect(foot(again)).toContainText('Draft')
})

test('saving is told, and undone step by step', async ({ page }) => {
  await accession(page)
  const title = page.getByLabel('Title')
  await title.fill('Lamp papers')
  await page.keyboard.press('Control+s')
  await expect(foot(page)).toContainText('Saved')
  await title.fill('Lantern papers')
  await page.keyboard.press('Control+z')
  await expect(title).toHaveValue('Lamp papers')
  await page.keyboard.press('Control+Shift+z')
  await expect(title).toHaveValue('Lantern papers')
})

test('F4 leads to the problem, the date as written mends it', async ({ page }) => {
  const dates = [{ jsonmodel_type: 'date', label: 'creation', date_type: 'inclusive', expression: '1923-1941', begin: '1923', end: '1941' }]
  await accession(page, { dates })
  await section(page, 'dates').click()
  await page.getByRole('button', { name: /^Creation/ }).click()
  const end = page.getByLabel('End', { exact: true })
  await end.fill('1914')
  await page.getByLabel('Title').focus()
  await expect(page.getByRole('region', { name: 'Problems' })).toContainText('Dates › 1 › End')
  await page.keyboard.press('F4')
  await expect(end).toBeFocused()
  await expect(end).toHaveAttribute('aria-invalid', 'true')
  await page.getByRole('button', { name: 'Use 1941' }).click()
  await expect(end).toHaveValue('1941')
  await expect(page.getByRole('region', { name: 'Problems' })).toHaveCount(0)
})

test('rows are added, moved, removed and had back by keyboard', async ({ page }) => {
  await accession(page, { extents: [{ jsonmodel_type: 'extent', portion: 'whole', number: '4', extent_type: 'linear_feet' }] })
  await section(page, 'extents').click()
  await page.getByRole('button', { name: 'Add an extent' }).press('Enter')
  await expect(page.getByLabel(/^Portion/)).toBeFocused()
  const rows = page.locator('#section-extents .sub-name')
  await rows.nth(1).focus()
  await page.keyboard.press('Alt+Shift+ArrowUp')
  await expect(rows.nth(1)).toContainText('4 Linear')
  await rows.nth(1).focus()
  await page.keyboard.press('Control+Delete')
  await expect(page.getByText('Removed', { exact: true })).toBeVisible()
  await page.locator('.sub.gone').getByRole('button').click()
  await expect(rows).toHaveCount(2)
})

test('fields that nobody knows stay as they are', async ({ page }) => {
  const uri = await accession(page)
  await page.getByLabel('Title').fill('Other papers')
  await page.keyboard.press('Control+s')
  await expect(foot(page)).toContainText('Saved')
  const { record } = await call<{ record: { title: string; accession_date: string } }>(page, 'open_record', { uri })
  expect(record).toMatchObject({ title: 'Other papers', accession_date: '2026-09-14' })
})

for (const scheme of ['light', 'dark'] as const) {
  test(`the form has no flaw of access, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme })
    await accession(page, { dates: [{ jsonmodel_type: 'date', label: 'creation', date_type: 'inclusive', begin: '1923', end: '1941' }] })
    await page.keyboard.press('Control+e')
    await section(page, 'dates').click()
    await page.getByRole('button', { name: /^Creation/ }).click()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([])
  })
}
