// One field of an older version comes back, as a save that can be undone; where there is a draft, into the draft.
import { expect, test, type Page } from '@playwright/test'
import { ask, audit, go, open } from './desk'

/** An accession that was saved twice; answers its address. */
async function twice(page: Page): Promise<string> {
  const { repositories } = await ask(page, 'state', {})
  const { uri, record, draft } = await ask(page, 'new_record', { kind: 'accession', repo: repositories[0]!.uri })
  const first = { ...record, ...draft?.record, title: 'Ash', id_0: `H-${Date.now()}`, accession_date: '2020-01-01', provenance: 'Bought' }
  for (const one of [first, { ...first, title: 'Birch', provenance: 'Given' }]) {
    expect(await ask(page, 'save_record', { uri, kind: 'accession', record: one })).toMatchObject({ saved: true })
  }
  return uri
}
const now = async (page: Page, uri: string) => (await ask(page, 'open_record', { uri })).record
const back = (page: Page) => page.getByRole('button', { name: /^Restore Title of/ })

test.beforeEach(({ page }) => open(page))

test('a field is restored, and that is undone', async ({ page }) => {
  const uri = await twice(page)
  await go(page, `/history${uri}`)
  await expect(back(page)).toBeVisible()
  await audit(page)
  await back(page).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'Title restored' })).toBeVisible()
  expect(await now(page, uri)).toMatchObject({ title: 'Ash', provenance: 'Given' })
  await expect(back(page)).toBeHidden()
  await expect(page.getByRole('button', { name: /^Restore Provenance of/ })).toBeVisible()
  await expect(page.getByRole('region', { name: /[Ff]ields/ })).toBeFocused()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(() => now(page, uri)).toMatchObject({ title: 'Birch', provenance: 'Given' })
  await ask(page, 'delete_record', { uri })
})

test('with a draft the field goes into the draft', async ({ page }) => {
  const uri = await twice(page)
  await ask(page, 'keep_draft', { uri, kind: 'accession', record: { ...(await now(page, uri)), provenance: 'Found' } })
  await go(page, `/history${uri}`)
  await back(page).click()
  await expect(page.getByRole('status').filter({ hasText: 'in the draft' })).toBeVisible()
  const { record, draft } = await ask(page, 'open_record', { uri })
  expect(record).toMatchObject({ title: 'Birch' })
  expect(draft?.record).toMatchObject({ title: 'Ash', provenance: 'Found' })
  await ask(page, 'delete_record', { uri })
})
