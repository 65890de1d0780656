import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wrongIn } from '../markup'
import { parse } from './parse'
import { offsetAt, posAt, serialize } from './serialize'

/** What the text becomes when it was opened and nothing was done; nothing where it opens as markup. */
const through = (text: string) => {
  const doc = parse(text)
  return doc && serialize(doc)
}

describe('a text that nobody edits goes out as it came', () => {
  it.each([
    '',
    'One line.',
    'One.\n\nTwo.\n \nThree.\n\n\n\nFour.',
    'Line\nand line, \r\nand another\r\n\r\nafter a blank one',
    '\n\n  Begins late and ends late. \n\n',
    'Smith & Co., 5 < 6, R&D and &c.',
    'Smith &amp; Co., &#38; &#x26; &quot;x&quot; &nbsp;&eacute; &#233; &#xD7FF; &#1;',
    'See <title>The Quay Bulletin</title>, nos. 1–9.',
    '<title>A</title><title>B</title> <emph><emph>deep</emph></emph>',
    "<persname source='lcnaf' role=\"aut\" >Nils <emph render=\"bold\">A.</emph></persname >",
    'a<lb/>b<lb />c <extptr href="x"/> <persname/> <persname></persname> <!-- a remark --> d',
    '<p>One</p><p>Two</p>',
    '<p>One</p>\n  <p id="x">Two</p>\n<p/>\n<p></p>',
    'Bare <p>tagged</p> bare again\n\n<p>x</p>',
    'First\n\n<list type="ordered"><item>a</item><item>b <emph>c</emph></item></list>\n\nLast',
    '<list>\n <head>Ships</head>\n <item>a\n\nb</item> <item/><item><list><item>c</item></list></item></list>',
    '<list>stray<item>a</item></list>',
    '<list type="deflist"><defitem><label>a</label><item>b</item></defitem></list>',
    '<chronlist><chronitem><date>1871</date><eventgrp><event>Founded</event><event>Moved</event></eventgrp></chronitem></chronlist>',
    '<blockquote><p>Words</p></blockquote> and <blockquote>bare</blockquote>',
    '<scopecontent><head>Scope</head><p>One <note><p>two</p></note> three</p></scopecontent>',
    '<emph>over\n\nthe line</emph> and <title>a\n\nb <date>c\n\nd</date></title>',
    '<p>One\n\nand <emph>two\n\nthree</emph></p>',
    '<head>Title:</head> <p>DigitalLibMgr</p>',
    '<list/><item>alone</item><address><addressline>4 Rope Walk</addressline></address>',
    'שלום <persname>נילס</persname>',
    '<extref href="https://example.org/?a=1&b=2" show="new">y</extref>',
  ])('%j', (text) => expect(through(text)).toBe(text))

  it.each(['<title>open', 'A & <title>b</title>', 'x</title>', '<lb>x', '<a b=c>x</a>', '<a>'.repeat(60) + '</a>'.repeat(60)])(
    'and %j opens as markup',
    (text) => expect(through(text)).toBeUndefined(),
  )

  const words = fc.stringMatching(/^[a-zé ,.&<>;\n\r"'\u00a0אx]{0,12}$/)
  const safe = words.map((text) => text.replaceAll('&', '&amp;').replaceAll('<', '&#60;'))
  const tag = fc.constantFrom('emph', 'title', 'persname', 'p', 'list', 'item', 'head', 'chronlist', 'blockquote', 'note', 'date', 'lb', 'xyz')
  const attributes = fc.constantFrom('', ' render="bold"', " id='a1' ", '\n href="?a&b"')
  const { text: markup } = fc.letrec<{ text: string; part: string }>((tie) => ({
    text: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join('')),
    part: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      safe,
      fc.constantFrom('\n\n', ' ', '<!-- x -->', '&eacute;', '&#38;', '<lb/>'),
      fc.tuple(tag, attributes).map(([tag, attributes]) => `<${tag}${attributes}/>`),
      fc.tuple(tag, attributes, tie('text')).map(([tag, attributes, text]) => `<${tag}${attributes}>${text}</${tag}>`),
    ),
  }))

  it('whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(words, markup), (text) => {
        const out = through(text)
        if (out !== undefined) expect(out).toBe(text)
      }),
      { seed: 20261128, numRuns: 3000 },
    )
  }, 60_000)

  it('and nearly all that is well-formed can be edited', () => {
    const texts = fc.sample(markup, { seed: 20261128, numRuns: 2000 })
    const refused = texts.filter((text) => !wrongIn(text) && through(text) === undefined)
    expect(refused.length / texts.length).toBeLessThan(0.1)
  }, 60_000)
})

describe('places', () => {
  it('lead from text to document and back', () => {
    const text = 'a &amp; b <title>c</title>\n\n<list><item>d &lt; e</item></list>'
    const doc = parse(text)
    expect(doc).toBeDefined()
    if (!doc) return
    for (const [word, at] of [['b', 8], ['c', 17], ['e', text.indexOf('e</item')]] as const) {
      const pos = posAt(doc, at)
      expect(doc.textBetween(pos, pos + 1)).toBe(word)
      expect(offsetAt(doc, pos)).toBe(at)
    }
  })
})

// Real finding aids and answers, where the folder with reference material is at hand.
const shared = process.env['FONDS_SHARED'] ?? ''
const files = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)) : []

describe.skipIf(!existsSync(join(shared, 'samples')))('real texts (left out without FONDS_SHARED)', () => {
  const NOTES = /<(scopecontent|bioghist|custodhist|arrangement|processinfo|relatedmaterial|odd|prefercite|acqinfo|accessrestrict|userestrict|abstract|bibliography|separatedmaterial)\b[^<>]*>([^]*?)<\/\1>/g

  it('of finding aids', () => {
    let refused = 0
    let all = 0
    for (const file of files(join(shared, 'samples')).filter((file) => file.endsWith('.xml'))) {
      const notes = [...readFileSync(file, 'utf8').matchAll(NOTES)]
      for (const [, , inner = ''] of notes.slice(0, 200)) {
        if (wrongIn(inner)) continue
        all++
        const out = through(inner)
        if (out === undefined) refused++
        else expect(out).toBe(inner)
      }
    }
    expect(all).toBeGreaterThan(500)
    expect(refused / all).toBeLessThan(0.01)
  }, 120_000)

  it('of recorded answers', () => {
    let seen = 0
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) return value.forEach(visit)
      if (typeof value === 'object' && value !== null) return Object.values(value).forEach(visit)
      if (typeof value !== 'string' || !/[<&\n]/.test(value)) return
      const out = through(value)
      if (out !== undefined) expect(out).toBe(value)
      seen++
    }
    const folders = [join(shared, 'golden'), join(shared, 'samples')]
    for (const file of folders.flatMap(files).filter((file) => file.endsWith('.json'))) visit(JSON.parse(readFileSync(file, 'utf8')))
    expect(seen).toBeGreaterThan(50)
  })
})
