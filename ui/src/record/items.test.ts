import { describe, expect, it } from 'vitest'
import { belongs, choicesOf, newItem } from './items'
import { propertyOf, shippedList } from './schema'

const values = (list: string) => shippedList(list)?.values ?? []

describe('new items', () => {
  it('begin with their kind, defaults and what their layout says', () => {
    expect(newItem('date')).toEqual({ jsonmodel_type: 'date', label: 'creation', date_type: 'inclusive' })
    const note = newItem('note_multipart', { type: 'scopecontent' })
    expect(note).toMatchObject({ type: 'scopecontent', publish: true, subnotes: [{ jsonmodel_type: 'note_text' }] })
    expect(newItem('note_multipart')['subnotes']).not.toBe(note['subnotes'])
  })

  it('are one choice for plain lists, one a type for notes', () => {
    const dates = propertyOf('resource', 'dates')!.shape
    expect(choicesOf(dates, values)).toHaveLength(1)
    const notes = choicesOf(propertyOf('resource', 'notes')!.shape, values)
    expect(notes.map((choice) => choice.label)).toContain('Scope and Contents')
    expect(notes.find((choice) => choice.kind === 'note_bibliography')?.label).toBe('Bibliography')
  })
})

describe('conditions of a layout', () => {
  it('leave out what makes no sense beside the other values, but never a value', () => {
    expect(belongs('instance', 'digital_object', { instance_type: 'text' })).toBe(false)
    expect(belongs('instance', 'digital_object', { instance_type: 'text', digital_object: { ref: '/x/1' } })).toBe(true)
    expect(belongs('instance', 'sub_container', { instance_type: 'text' })).toBe(true)
    expect(belongs('instance', 'sub_container', { instance_type: 'digital_object' })).toBe(false)
    expect(belongs('note_multipart', 'rights_restriction', { type: 'accessrestrict' })).toBe(true)
  })
})
