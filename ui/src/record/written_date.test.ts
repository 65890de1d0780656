import { describe, expect, it } from 'vitest'
import { read } from './written_date'

describe('dates as written', () => {
  it.each([
    ['1923', { begin: '1923', type: 'single' }],
    ['1923-1941', { begin: '1923', end: '1941', type: 'inclusive' }],
    ['1923–41', { begin: '1923', end: '1941', type: 'inclusive' }],
    ['1923 - 1941', { begin: '1923', end: '1941', type: 'inclusive' }],
    ['1923-1941, bulk 1930s', { begin: '1923', end: '1941', type: 'inclusive', bulk: { begin: '1930', end: '1939' } }],
    ['ca. 1920-1935', { begin: '1920', end: '1935', certainty: 'approximate', type: 'inclusive' }],
    ['[1888?]', { begin: '1888', certainty: 'inferred', type: 'single' }],
    ['1888?', { begin: '1888', certainty: 'questionable', type: 'single' }],
    ['1930s', { begin: '1930', end: '1939', type: 'inclusive' }],
    ['late 1890s', { begin: '1897', end: '1899', type: 'inclusive' }],
    ['19th century', { begin: '1801', end: '1900', type: 'inclusive' }],
    [
      '2 March 1889 – ca. Nov. 1962',
      { begin: '1889-03-02', end: '1962-11', certainty: 'approximate', type: 'inclusive' },
    ],
    ['March 2, 1889', { begin: '1889-03-02', type: 'single' }],
    ['1889 March 2', { begin: '1889-03-02', type: 'single' }],
    ['1923-11-30', { begin: '1923-11-30', type: 'single' }],
    ['1923-11', { begin: '1923-11', type: 'single' }],
    ['summer 1941', { begin: '1941-06', end: '1941-08', type: 'inclusive' }],
    ['bulk 1930-1938', { begin: '1930', end: '1938', type: 'bulk' }],
  ])('reads %s', (text, reading) => expect(read(text)).toEqual(reading))

  it.each(['Michaelmas 1888', 'undated', '1941-1923', '31 February 1900', '', 'n.d.', '13 Foo 1900'])(
    'does not pretend to read “%s”',
    (text) => expect(read(text)).toBeUndefined(),
  )
})
