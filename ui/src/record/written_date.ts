/** Reads a date as people write it, and offers begin, end and certainty. What it does not understand it says. */

export interface Reading {
  begin?: string
  end?: string
  /** Value of the list `date_certainty`. */
  certainty?: 'approximate' | 'inferred' | 'questionable'
  type: 'single' | 'inclusive' | 'bulk'
  bulk?: { begin: string; end: string }
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const SEASONS: Record<string, [string, string]> = {
  spring: ['03', '05'],
  summer: ['06', '08'],
  autumn: ['09', '11'],
  fall: ['09', '11'],
}
const APPROXIMATE = /^(?:ca?\.?|circa|about|abt\.?|approx(?:imately|\.)?)\s+/i

type Span = [begin: string, end: string]

/** The reading of a text, or nothing when it is not a date that can be read. */
export function read(text: string): Reading | undefined {
  const whole = text.trim()
  const bulk = /^(.*?)[\s,;(]+bulk(?:\s+dates?)?:?\s+(.+?)\)?$/i.exec(whole)
  if (bulk?.[1]) {
    const main = read(bulk[1])
    const inner = span(bulk[2] ?? '')
    return main && inner
      ? { ...main, type: 'inclusive', bulk: { begin: inner.span[0], end: inner.span[1] } }
      : undefined
  }
  const only = /^bulk(?:\s+dates?)?:?\s+(.+)$/i.exec(whole)
  const found = span(only?.[1] ?? whole)
  if (!found) return undefined
  const [begin, end] = found.span
  const ranged = found.ranged || begin !== end
  return {
    begin,
    ...(ranged && { end }),
    ...(found.certainty && { certainty: found.certainty }),
    type: only ? 'bulk' : ranged ? 'inclusive' : 'single',
  }
}

function span(
  text: string,
): { span: Span; ranged: boolean; certainty?: NonNullable<Reading['certainty']> } | undefined {
  let rest = text.trim()
  let certainty: NonNullable<Reading['certainty']> | undefined
  if (/^\[.*\]$/.test(rest)) {
    certainty = 'inferred'
    rest = rest.slice(1, -1).trim()
  }
  const parts = rest.split(
    /\s*(?:–|—|\bto\b|\buntil\b|\/)\s*|\s+-\s+|(?<=\d{4})-(?=\d{4}(?!\d))|(?<=\d{4})-(?=(?:1[3-9]|[2-9]\d)$)|(?<=s)-(?=\d{4})|(?<=\d)-(?=ca?\.)|(?<=[a-z]{3} \d{4})-(?=\S)/i,
  )
  if (parts.length > 2) return undefined
  const spans = parts.map((part, at) => {
    let one = part.trim()
    const approximate = APPROXIMATE.exec(one)
    if (approximate) {
      certainty ??= 'approximate'
      one = one.slice(approximate[0].length)
    }
    if (one.endsWith('?')) {
      certainty ??= 'questionable'
      one = one.slice(0, -1)
    }
    // "1923-41" ends in the century of its begin.
    if (at === 1 && /^\d\d$/.test(one)) one = `${parts[0]?.match(/\d\d(?=\d\d\b)/)?.[0] ?? ''}${one}`
    return single(one)
  })
  const [first, second = first] = spans
  if (!first || !second || second[1] < first[0]) return undefined
  return { span: [first[0], second[1]], ranged: parts.length === 2, ...(certainty && { certainty }) }
}

/** One date, possibly of several years. */
function single(text: string): Span | undefined {
  const one = text.trim().replace(/\s+/g, ' ').toLowerCase()
  let found: RegExpExecArray | null
  if ((found = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(one))) return dated(found[1], found[2], found[3])
  if ((found = /^(early|mid|late)?[- ]?(\d{3})0['’]?s$/.exec(one))) return decade(found[2] ?? '', found[1])
  if ((found = /^(\d{1,2})(?:st|nd|rd|th) century$/.exec(one))) {
    const century = Number(found[1]) - 1
    return [`${century}01`.padStart(4, '0'), `${century + 1}00`.padStart(4, '0')]
  }
  if ((found = /^(spring|summer|autumn|fall)(?: of)?,? (\d{4})$/.exec(one))) {
    const season = SEASONS[found[1] ?? '']
    return season && [`${found[2]}-${season[0]}`, `${found[2]}-${season[1]}`]
  }
  if ((found = /^(?:(\d{1,2})\.? )?([a-z]{3,9})\.?,? (\d{4})$/.exec(one)))
    return dated(found[3], month(found[2]), found[1])
  if ((found = /^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})$/.exec(one))) return dated(found[3], month(found[1]), found[2])
  if ((found = /^(\d{4}),? ([a-z]{3,9})\.?(?: (\d{1,2}))?$/.exec(one)))
    return dated(found[1], month(found[2]), found[3])
  return undefined
}

function decade(three: string, part: string | undefined): Span {
  const [from, to] = part === 'early' ? [0, 3] : part === 'mid' ? [4, 6] : part === 'late' ? [7, 9] : [0, 9]
  return [`${three}${from}`, `${three}${to}`]
}

function month(name: string | undefined): string | undefined {
  const at = MONTHS.indexOf((name ?? '').slice(0, 3))
  return at < 0 ? 'none' : String(at + 1).padStart(2, '0')
}

function dated(year: string | undefined, mm?: string, dd?: string): Span | undefined {
  if (!year || mm === 'none') return undefined
  if (!mm) return [year, year]
  if (Number(mm) < 1 || Number(mm) > 12) return undefined
  if (!dd) return [`${year}-${mm}`, `${year}-${mm}`]
  const day = dd.padStart(2, '0')
  const length = new Date(Date.UTC(Number(year), Number(mm), 0)).getUTCDate()
  if (Number(day) < 1 || Number(day) > length) return undefined
  return [`${year}-${mm}-${day}`, `${year}-${mm}-${day}`]
}
