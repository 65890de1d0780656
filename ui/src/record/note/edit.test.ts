import { EditorState, NodeSelection, TextSelection, type Command } from 'prosemirror-state'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elementOf, flaw, wrongIn } from '../markup'
import { edges } from './edges'
import { keymap, lineBreak, link, toggle, toggleList } from './edit'
import { parse } from './parse'
import { joinLines, pasteText } from './paste'
import { caretOf } from './place'
import { schema } from './schema'
import { posAt, serialize } from './serialize'

/** The text with its selection between two bars, or its caret at the only one. */
function open(marked: string): EditorState {
  const text = marked.replaceAll('|', '')
  const doc = parse(text)
  if (!doc) throw new Error(`opens as markup: ${text}`)
  const [from, to = from] = [...marked.matchAll(/\|/g)].map((match, at) => match.index - at)
  const selection = TextSelection.create(doc, posAt(doc, from ?? 0), posAt(doc, to ?? 0))
  return EditorState.create({ doc, selection, plugins: [edges()] })
}

function run(state: EditorState, command: Command | undefined): EditorState {
  let next = state
  command?.(state, (tr) => (next = state.apply(tr)))
  return next
}

const type = (state: EditorState, text: string) => state.apply(state.tr.insertText(text))
const after = (marked: string, ...commands: (Command | undefined)[]) => serialize(commands.reduce(run, open(marked)).doc)
const of = (name: Parameters<typeof elementOf>[0]) => toggle(elementOf(name))

describe('an edit changes its place only', () => {
  const text = "<p >One &#38; two</p >\n<p>a  <persname source='x'>N</persname>|b</p>\r\n<list><item>c</item> <!-- d --></list>"
  it('of typed words', () => {
    expect(serialize(type(open(text), 'X').doc)).toBe(text.replace('|', 'X'))
    expect(serialize(type(open('R & D|, <5 and more'), ' & <x>').doc)).toBe('R &amp; D &amp; &lt;x>, &lt;5 and more')
    expect(serialize(type(open('R & D|'), ' too').doc)).toBe('R & D too')
  })

  it('wherever it is', () => {
    const texts = [
      'One &#38; two\n \nthree <title>T <date>1</date></title> four & five'.replace(' & ', ' &amp; '),
      "<p>One</p>\n<p id='x'>two <emph>three\n\nx</emph></p><list>\n<item>four</item>\n<item>five</item></list>\n\nsix",
      '<chronlist><chronitem><date>1871</date> <event>Founded</event></chronitem></chronlist> seven',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), (text, at) => {
        const doc = parse(text)!
        const places: number[] = []
        doc.descendants((node, pos) => void (node.isText && places.push(pos + 1)))
        const pos = places[at % places.length]!
        const state = EditorState.create({ doc })
        const out = serialize(state.apply(state.tr.insertText('§', pos)).doc)
        expect(out).toHaveLength(text.length + 1)
        expect(out.replace('§', '')).toBe(text)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})

describe('marking', () => {
  it.each([
    ['by |Nils| A.', 'by <persname>Nils</persname> A.'],
    ['by| Nils |A.', 'by <persname>Nils</persname> A.'],
    ['<persname>by |Nils| A.</persname>', '<persname>by </persname>Nils<persname> A.</persname>'],
    ['by <persname role="x">Ni|ls</persname>', 'by Nils'],
    ['by <corpname>Ni|ls</corpname>', 'by <persname>Nils</persname>'],
    ['a |b <title>c| d</title>', 'a <persname>b </persname><title><persname>c</persname> d</title>'],
    ['|a\n\nb|', '<persname>a</persname>\n\n<persname>b</persname>'],
  ])('%s as a person', (marked, text) => expect(after(marked, of('persname'))).toBe(text))

  it('what is typed next', () => {
    let state = run(open('by |'), of('emphasis'))
    for (const key of 'Nils') state = type(state, key)
    state = run(state, of('emphasis'))
    expect(serialize(type(state, ' A.').doc)).toBe('by <emph render="italic">Nils</emph> A.')
  })

  it('ends where it ends', () => {
    expect(serialize(type(open('<title>The Quay</title>| x'), 's').doc)).toBe('<title>The Quay</title>s x')
    // A letter taken away from inside, and another one in its place.
    const state = open('<title>The Quay|</title> x')
    const shorter = state.apply(state.tr.delete(state.selection.from - 1, state.selection.from))
    expect(caretOf(shorter).tags).toEqual(['title'])
    expect(serialize(type(shorter, 'y').doc)).toBe('<title>The Quay</title> x')
  })

  it('links', () => {
    expect(after('see |here|', link('https://example.org/?a=1&b="2"'))).toBe('see <extref href="https://example.org/?a=1&amp;b=&quot;2&quot;">here</extref>')
    const linked = "see <ref show='new' xlink:href='a' id=\"q\">he|re</ref>"
    expect(caretOf(open(linked)).address).toBe('a')
    expect(after(linked, link('b'))).toBe('see <ref show=\'new\' xlink:href="b" id="q">here</ref>')
    expect(after(linked, link(''))).toBe('see here')
    expect(after('see |', link('https://example.org'))).toBe('see <extref href="https://example.org">https://example.org</extref>')
  })
})

describe('paragraphs and lists', () => {
  it.each<[string, Command | undefined, string]>([
    ['one |two', keymap['Enter'], 'one \n\ntwo'],
    ['<p>one |two</p>\n<p>x</p>', keymap['Enter'], '<p>one </p><p>two</p>\n<p>x</p>'],
    ['<p>x</p>\n<p>one |two</p>', keymap['Enter'], '<p>x</p>\n<p>one </p>\n<p>two</p>'],
    ['<title>The |Quay</title>', keymap['Enter'], '<title>The </title>\n\n<title>Quay</title>'],
    ['<list>\n<item>a|b</item>\n</list>', keymap['Enter'], '<list>\n<item>a</item>\n<item>b</item>\n</list>'],
    ['one\n\n|two', keymap['Backspace'], 'onetwo'],
    ['one |two', lineBreak, 'one <lb/>two'],
    ['|one\n\ntwo|\n\nthree', toggleList, '<list type="marked"><item>one</item><item>two</item></list>\n\nthree'],
    ['a\n\n<list><item>b|</item></list>\n\nc', toggleList, 'a\n\nb\n\nc'],
  ])('%j', (marked, command, text) => expect(after(marked, command)).toBe(text))

  it('an item that is left empty ends the list', () => {
    const state = run(run(open('<list><item>a|</item></list>'), keymap['Enter']), keymap['Enter'])
    expect(serialize(type(state, 'b').doc)).toBe('<list><item>a</item></list>\n\nb')
  })
})

it('whatever is done, the text stays well-formed', () => {
  const commands = [of('emphasis'), of('title'), of('persname'), of('corpname'), link('x&y'), link(''), toggleList, lineBreak, ...Object.values(keymap)]
  const texts = [
    'R & D, 5 < 6\n\ntwo',
    '<p>a <title>b</title></p><list><head>h</head><item>c<list><item>d</item></list></item></list>',
    'x<chronlist><chronitem><date>1</date><event>e</event></chronitem></chronlist>y <extptr href="?a&b"/>',
    '<blockquote>a</blockquote>\n\n<emph>b\n\nc</emph><!-- d -->',
  ]
  const step = fc.tuple(fc.nat(), fc.nat(), fc.oneof(fc.constantFrom(...commands), fc.constantFrom('a', '&', '<b>', ' ')))
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(step, { maxLength: 12 }), (text, steps) => {
      let state = EditorState.create({ doc: parse(text)!, plugins: [edges()] })
      for (const [a, b, what] of steps) {
        const { size } = state.doc.content
        const between = TextSelection.between(state.doc.resolve(a % (size + 1)), state.doc.resolve(b % (size + 1)))
        const atom = state.doc.nodeAt(between.from)
        state = state.apply(state.tr.setSelection(atom?.isAtom && !atom.isText && NodeSelection.isSelectable(atom) ? NodeSelection.create(state.doc, between.from) : between))
        state = typeof what === 'string' ? type(state, what) : run(state, what)
        const out = serialize(state.doc)
        expect(wrongIn(out), out).toBeUndefined()
        state.doc.check()
      }
    }),
    { seed: 20261128, numRuns: 600 },
  )
}, 60_000)

describe('pasting', () => {
  it('plain text: blank lines end paragraphs, signs are signs', () => {
    const state = open('a |z')
    const out = serialize(state.apply(state.tr.replaceSelection(pasteText(schema, 'one\r\ntwo\n\n<b>three & four</b>'))).doc)
    expect(out).toBe('a one\ntwo\n\n&lt;b>three &amp; four&lt;/b>z')
    expect(flaw(out)).toBeUndefined()
  })

  it('line ends of a page’s source are spaces', () => {
    expect(joinLines(pasteText(schema, 'one\n  two')).content.firstChild?.textContent).toBe('one two')
  })
})
