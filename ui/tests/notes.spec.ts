// Writing a note on the real loopback host: marked words, keys, markup, pasting; what nobody touched stays as it came.
import { expect, test, type Locator, type Page } from '@playwright/test'
import { ask, audit, go, open } from './desk'

const CAME = 'R &#38; D of <persname source="lcnaf">Nils</persname>.\n \n<p>See <title>The Quay</title><!-- seen --></p>'

let uri = ''
const words = (page: Page): Locator => page.locator('.note-words')
const foot = (page: Page) => page.locator('footer [role="status"]')

/** The text as the draft has it, which is what would be saved. */
async function text(page: Page): Promise<string> {
  const { record, draft } = await ask(page, 'open_record', { uri })
  const { notes } = (draft?.record ?? record) as { notes: { subnotes: { content: string }[] }[] }
  return notes[0]!.subnotes[0]!.content
}
const became = (page: Page, wanted: string) => expect.poll(() => text(page)).toBe(wanted)

/** A person with one note; its text is on the screen. */
async function note(page: Page, content: string): Promise<Locator> {
  await open(page)
  const kind = 'agent_person'
  const made = await ask(page, 'new_record', { kind })
  uri = made.uri
  const name = { jsonmodel_type: 'name_person', primary_name: `Writer ${Date.now()}`, name_order: 'direct', source: 'local', sort_name_auto_generate: true }
  const notes = [{ jsonmodel_type: 'note_bioghist', publish: true, subnotes: [{ jsonmodel_type: 'note_text', content, publish: true }] }]
  const saved = await ask(page, 'save_record', { uri, kind, record: { ...made.draft?.record, names: [name], notes } })
  expect(saved.problems.filter((problem) => problem.severity === 'error')).toEqual([])
  await go(page, `/record${uri}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Writer/)
  const row = page.locator('#section-biography .sub-name').first()
  if (!(await row.isVisible())) await page.locator('#section-biography .section-head').click()
  await row.click()
  await expect(words(page)).toBeVisible()
  return words(page)
}

/** The editor has come, and the caret stands at the end of its text. */
async function atEnd(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Text 1' }).and(page.locator('[contenteditable]')).focus()
  await page.keyboard.press('Control+End')
}

async function paste(page: Page, data: Record<string, string>): Promise<void> {
  await words(page).evaluate((element, data) => {
    const clipboardData = new DataTransfer()
    for (const [type, value] of Object.entries(data)) clipboardData.setData(type, value)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, data)
}

test('typed words change their place only, are kept, and are undone in the one history', async ({ page }) => {
  const editor = await note(page, CAME)
  await expect(editor).toContainText('R & D of Nils.')
  await expect(page.locator('.note-words .el[data-tag="title"]')).toHaveText('The Quay')
  await atEnd(page)
  await page.keyboard.type(', & more')
  await became(page, CAME.replace('--></p>', '-->, &amp; more</p>'))
  await expect(foot(page)).toContainText('kept')
  await page.keyboard.press('Control+z')
  await became(page, CAME)
  await expect(editor).toBeFocused()
  await page.keyboard.press('Control+Shift+z')
  await became(page, CAME.replace('--></p>', '-->, &amp; more</p>'))
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+s')
  await expect(foot(page)).toContainText('Sav')
})

test('words are marked by keyboard alone', async ({ page }) => {
  await note(page, 'Letters of ')
  await atEnd(page)
  await page.keyboard.press('Control+i')
  await page.keyboard.type('Nils')
  await expect(page.getByRole('button', { name: 'Emphasise the selected words' })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Control+i')
  await page.keyboard.type(' and others.')
  await became(page, 'Letters of <emph render="italic">Nils</emph> and others.')
  await expect(page.locator('.note-path')).toContainText('Paragraph 1')

  // The toolbar is one stop before the text; arrows move in it.
  for (let at = 0; at < 7; at++) await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Shift+Tab')
  await expect(page.getByRole('button', { name: 'Emphasise the selected words' })).toBeFocused()
  for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByRole('menuitem', { name: 'Person' })).toBeFocused()
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
  await became(page, 'Letters of <emph render="italic">Nils</emph> and <corpname>others.</corpname>')
  await expect(words(page)).toBeFocused()
  // The end of the name is outside it; an arrow steps in, and out again.
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('.note-path')).not.toContainText('body')
  await page.keyboard.press('ArrowLeft')
  await expect(page.locator('.note-path')).toContainText('Paragraph 1 › Name of a body')
  await expect(page.locator('.note-words .here')).toHaveText('others.')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type(' End')
  await became(page, 'Letters of <emph render="italic">Nils</emph> and <corpname>others.</corpname> End')
})

test('a link is asked for below the toolbar', async ({ page }) => {
  await note(page, 'See here')
  await atEnd(page)
  await page.keyboard.press('Control+Shift+ArrowLeft')
  await page.keyboard.press('Control+l')
  await expect(page.getByLabel('Address')).toBeFocused()
  await page.keyboard.type('https://example.org/?a&b')
  await page.keyboard.press('Enter')
  await became(page, 'See <extref href="https://example.org/?a&amp;b">here</extref>')
  await expect(page.locator('.note-path')).toContainText('Link, to https://example.org/?a&b')
  await page.keyboard.press('Control+l')
  await page.keyboard.press('Escape')
  await expect(words(page)).toBeFocused()
})

test('markup is shown and hidden, the caret stays', async ({ page }) => {
  await note(page, 'By <persname>Nils</persname>')
  await atEnd(page)
  // Into the name, and before its last letter.
  for (const key of ['ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key)
  await page.keyboard.press('Control+Shift+m')
  const area = page.locator('textarea.note-words')
  await expect(area).toBeFocused()
  await expect(area).toHaveValue('By <persname>Nils</persname>')
  await page.keyboard.type('l')
  await expect(area).toHaveValue(/Ni.*l.*<\/persname>$/)
  await page.keyboard.press('Control+Shift+m')
  await expect(page.locator('.note-words[contenteditable]')).toBeFocused()
  await expect(page.locator('.el[data-tag="persname"]')).toHaveText('Nills')
})

test('malformed text opens as markup with its flaw marked, and is mended', async ({ page }) => {
  await note(page, 'One <title>The Quay\n\nTwo & three')
  const area = page.locator('textarea.note-words')
  await expect(area).toHaveAttribute('aria-invalid', 'true')
  await expect(page.locator('.behind mark')).toHaveText('&')
  await expect(page.getByRole('button', { name: /has to be put right/ })).toHaveAttribute('aria-disabled', 'true')
  await audit(page)
  await page.getByRole('button', { name: 'Write &amp;' }).click()
  await expect(page.locator('.behind mark')).toHaveText('<title>')
  await page.keyboard.press('Alt+Enter')
  await became(page, 'One <title>The Quay</title>\n\nTwo &amp; three')
  await page.keyboard.press('Control+Shift+m')
  await expect(page.locator('.el[data-tag="title"]')).toHaveText('The Quay')
})

test('pasting keeps paragraphs, lists and emphasis, and drops the rest', async ({ page }) => {
  await note(page, 'Before.')
  await atEnd(page)
  await page.keyboard.press('Enter')
  await paste(page, {
    'text/html': '<h1 style="color:red">Head</h1><p>One <b>bold</b>\n and <a href="javascript:x">link</a> &amp; <span data-tag="a b" onclick="x">span</span></p><ul><li>a</li><li><p>b</p></li></ul><table><tr><td>cell</td></tr></table><script>x</script>',
  })
  await became(page, 'Before.\n\nHead\n\nOne <emph render="bold">bold</emph> and link &amp; span\n\n<list type="marked"><item>a</item><item>b</item></list>\n\ncell')
  await page.keyboard.press('Control+z')
  await became(page, 'Before.')
  await atEnd(page)
  await paste(page, { 'text/plain': ' <b>x</b>\n\ny' })
  await became(page, 'Before. &lt;b>x&lt;/b>\n\ny')
})

test('lists are made, gone on with and ended', async ({ page }) => {
  await note(page, 'Ships')
  await atEnd(page)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'List', exact: true }).click()
  await page.keyboard.type('Ada')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Brig')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.keyboard.type('End')
  await became(page, 'Ships\n\n<list type="marked"><item>Ada</item><item>Brig</item></list>\n\nEnd')
  await expect(page.locator('.note-path')).toContainText('Paragraph 3')
})

test('a chronology becomes a part of its own', async ({ page }) => {
  await note(page, 'Text')
  await page.getByRole('button', { name: 'Add a chronology' }).click()
  await expect.poll(async () => JSON.stringify((await ask(page, 'open_record', { uri })).draft?.record ?? {})).toContain('note_chronology')
})

for (const scheme of ['light', 'dark'] as const) {
  test(`${scheme === 'light' ? 'the editor' : 'its large window'} has no flaw of access, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme })
    await note(page, `${CAME}\n\n<list><head>Ships</head><item>a</item></list><chronlist><chronitem><date>1871</date><event>Founded</event></chronitem></chronlist>`)
    await atEnd(page)
    if (scheme === 'light') await audit(page)
    await page.keyboard.press('Control+Shift+Enter')
    await expect(page.getByRole('dialog', { name: 'Text 1' })).toBeVisible()
    await expect(words(page)).toBeFocused()
    if (scheme === 'dark') await audit(page)
    await page.keyboard.press('Tab')
    await expect(page.getByRole('button', { name: 'Emphasise the selected words' })).toBeFocused()
    await page.keyboard.press('Shift+Tab')
    await expect(words(page)).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(words(page)).toBeFocused()
  })
}

test('a long note scrolls inside until one writes in it', async ({ page }) => {
  const editor = await note(page, Array.from({ length: 40 }, (_, at) => `Paragraph ${at}`).join('\n\n'))
  const box = page.locator('.note-text')
  const scrolls = () => box.evaluate((element) => element.scrollHeight > element.clientHeight)
  await expect.poll(scrolls).toBe(true)
  await editor.focus()
  await expect.poll(scrolls).toBe(false)
})

test('text runs in its own direction', async ({ page }) => {
  const editor = await note(page, 'שלום <persname>נילס</persname>')
  await expect(editor.locator('p').first()).toHaveCSS('direction', 'rtl')
})
