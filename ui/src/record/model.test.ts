import { describe, expect, it } from 'vitest'
import { entries, layoutOf, names, type Layout } from './layout'
import { fieldsOf, formOf } from './model'
import schema from '@/generated/schema.json'
import { kindOf, propertiesOf } from './schema'
import { headOf, sectionSummary, summaryOf } from './summary'

const files = import.meta.glob<Layout>('../../../schemas/forms/*.json', { eager: true, import: 'default' })
const laid = Object.entries(files).map(
  ([path, layout]) => [path.split('/').at(-1)!.replace('.json', ''), layout] as const,
)
const kindNames = () => Object.keys(schema.kinds)
const nobody = () => undefined

describe('layouts', () => {
  it.each(laid)('%s names what its kind has', (name, layout) => {
    const kind = kindOf(name)
    expect(kind, `there is no kind ${name}`).toBeDefined()
    const known = new Set(kind!.properties.map((property) => property.name))
    const lines = [...(layout.fields ?? []), ...(layout.sections ?? []).flatMap((section) => section.fields)]
    const named = lines.flatMap(entries).flatMap(names)
    const inherited = kindOf(name)?.abstract === true
    for (const field of [...named, ...(layout.rare ?? []), ...(layout.hidden ?? [])]) {
      if (!inherited) expect(known, `${name}: ${field}`).toContain(field)
    }
    expect(new Set(named).size, 'a field stands twice').toBe(named.length)
    const parts = [layout.head ?? '', ...(layout.summary ?? []), ...(layout.brief ?? []), ...(layout.facts ?? [])].join(
      ' ',
    )
    for (const [, paths] of parts.matchAll(/\{([^}]*)\}/g)) {
      for (const path of paths!.split('|')) {
        if (!inherited && path !== 'identifier') expect(known, `${name}: {${path}}`).toContain(path.split('.')[0])
      }
    }
  })

  it('shows every writable field of every kind with records exactly once', () => {
    for (const name of [
      'accession',
      'resource',
      'archival_object',
      'agent_person',
      'top_container',
      'assessment',
      'user',
    ]) {
      const shown = formOf(name).sections.flatMap((section) =>
        section.lines.flat().flatMap((f) => f.group ?? [f.property]),
      )
      const list = shown.map((property) => property.name)
      expect(new Set(list).size, name).toBe(list.length)
    }
    expect(formOf('assessment').sections[0]?.lines.length).toBeGreaterThan(5)
  })

  it('has a form for every kind there is', () => {
    for (const name of kindNames()) {
      expect(() => formOf(name), name).not.toThrow()
      expect(() => fieldsOf(name), name).not.toThrow()
    }
  })

  it('gives nested kinds lines, with pairs for short fields', () => {
    expect(fieldsOf('date')[1]?.map((field) => field.name)).toEqual(['begin', 'end'])
    expect(fieldsOf('telephone').length).toBeGreaterThan(1)
  })
})

describe('summaries', () => {
  const dates = propertiesOf({ type: 'nested', kind: 'resource' }, {}).find((property) => property.name === 'dates')!

  it('tell dates and extents', () => {
    const date = { begin: '1923', end: '1941', label: 'creation', date_type: 'inclusive' }
    expect(summaryOf(dates.shape, date, nobody)).toMatch(/^1923 – 1941 · Inclusive/)
    expect(summaryOf(dates.shape, { expression: 'undated', label: 'creation' }, nobody)).toBe('undated')
    expect(headOf(dates.shape, date, nobody)).toBe('Creation')
  })

  it('tell sections by what is in them', () => {
    const section = formOf('archival_object').sections.find((one) => one.name === 'extents')!
    const document = {
      extents: [{ number: '3.75', extent_type: 'linear_feet', container_summary: '9 document boxes' }],
    }
    expect(sectionSummary(section, 'archival_object', document, nobody)).toMatch(/^3\.75 .* · 9 document boxes$/)
  })

  it('use titles of linked records', () => {
    const section = formOf('archival_object').sections.find((one) => one.name === 'subjects')!
    const text = sectionSummary(section, 'archival_object', { subjects: [{ ref: '/subjects/1' }] }, () => 'Strikes')
    expect(text).toBe('Strikes')
    expect(layoutOf('agent_relationship_family').head).toBe('{relator}')
  })

  it('drop markup', () => {
    const shape = { type: 'oneOf' as const, kinds: ['note_multipart'] }
    const note = {
      jsonmodel_type: 'note_multipart',
      type: 'scopecontent',
      subnotes: [{ jsonmodel_type: 'note_text', content: 'In <title>The Quay</title>' }],
    }
    expect(summaryOf(shape, note, nobody)).toBe('In The Quay')
  })
})
