import { expect, test } from 'vitest'
import { decode, encodingOf } from './read'

const latin1 = (text: string) => Uint8Array.from([...text].map((c) => c.charCodeAt(0)))
const utf8 = (text: string) => new TextEncoder().encode(text)

test('a file is read as it says itself', () => {
  expect(decode(latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a>Größe</a>'))).toBe('<?xml version="1.0" encoding="UTF-8"?><a>Größe</a>')
  expect(decode(utf8('<?xml version="1.0" encoding="utf-8"?><a>Größe</a>'))).toBe('<?xml version="1.0" encoding="UTF-8"?><a>Größe</a>')
  expect(decode(utf8('\uFEFF<a>ö</a>'))).toBe('<a>ö</a>')
})

test('UTF-16 is known by its mark or its zeros', () => {
  const le = Uint8Array.from([0xff, 0xfe, ...[...'<a/>'].flatMap((c) => [c.charCodeAt(0), 0])])
  expect(decode(le)).toBe('<a/>')
  expect(encodingOf(le.subarray(2))).toBe('utf-16le')
})

test('an unknown encoding does not lose the file', () => {
  expect(decode(utf8('<?xml version="1.0" encoding="x-own"?><a/>'))).toContain('<a/>')
})
