import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Problem } from '@/backend'
import { RecordDraft, type Port } from './draft'
import type { Doc } from './pointer'

const saved: Doc = { title: 'Letters', dates: [{ begin: '1923' }, { begin: '1930' }], unheard_of: { deep: [1, 2] } }

function setting(answer: Problem[] = []) {
  const kept: Doc[] = []
  const calls = { discard: 0, check: 0 }
  const port: Port = {
    keep: async (record) => void kept.push(record),
    discard: async () => void calls.discard++,
    check: async () => (calls.check++, { problems: answer, title: 'Letters' }),
  }
  return { kept, calls, draft: new RecordDraft({ port, saved, keepAfter: 200, checkAfter: 150 }) }
}

describe('RecordDraft', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('keeps unknown fields and shares what did not change', () => {
    const { draft } = setting()
    draft.set('/dates/0/end', '1941')
    expect(draft.get('/dates/0')).toEqual({ begin: '1923', end: '1941' })
    expect(draft.get('/unheard_of')).toBe(saved['unheard_of'])
    expect((draft.get('/dates') as Doc[])[1]).toBe((saved['dates'] as Doc[])[1])
    expect(saved['dates']).toEqual([{ begin: '1923' }, { begin: '1930' }])
  })

  it('takes emptied members away, and makes containers that are missing', () => {
    const { draft } = setting()
    draft.set('/instances/0/sub_container/indicator_2', '7')
    expect(draft.get('/instances')).toEqual([{ sub_container: { indicator_2: '7' } }])
    draft.set('/instances/0/sub_container/indicator_2', '')
    expect(draft.get('/instances')).toEqual([{}])
    draft.set('/title', '')
    expect(draft.document).not.toHaveProperty('title')
  })

  it('undoes a burst of typing as one step and goes forward again', () => {
    const { draft } = setting()
    draft.set('/title', 'L')
    draft.set('/title', 'Lo')
    draft.set('/title', 'Log')
    expect(draft.undo()).toBe('/title')
    expect(draft.get('/title')).toBe('Letters')
    expect(draft.dirty).toBe(false)
    draft.redo()
    expect(draft.get('/title')).toBe('Log')
    expect(draft.canRedo).toBe(false)
  })

  it('keeps the key of an item through changes, moves and undo', () => {
    const { draft } = setting()
    const items = () => draft.get('/dates') as Doc[]
    const key = draft.keyOf(items()[0]!, 0)
    draft.set('/dates/0/end', '1941')
    draft.move('/dates', 0, 1)
    expect(draft.keyOf(items()[1]!, 1)).toBe(key)
    draft.undo()
    expect(draft.keyOf(items()[0]!, 0)).toBe(key)
  })

  it('inserts, moves and removes items', () => {
    const { draft } = setting()
    expect(draft.append('/extents', { number: '1' })).toBe('/extents/0')
    draft.insert('/dates', 1, { begin: '1925' })
    draft.remove('/dates/0')
    expect(draft.get('/dates')).toEqual([{ begin: '1925' }, { begin: '1930' }])
    draft.undo()
    expect(draft.get('/dates')).toHaveLength(3)
  })

  it('keeps what is typed while the desk saves, in the fields where it is typed', async () => {
    const { draft, kept } = setting()
    draft.set('/title', 'Letters home')
    const given = draft.document
    draft.set('/title', 'Letters home, 1923')
    draft.set('/dates/0/begin', '1922')
    draft.accept({ ...given, lock_version: 4, display_string: 'Letters home' }, [], given)
    expect(draft.get('/title')).toBe('Letters home, 1923')
    expect(draft.get('/dates/0/begin')).toBe('1922')
    expect(draft.get('/lock_version')).toBe(4)
    expect([draft.dirty, draft.safe]).toEqual([true, false])
    await vi.advanceTimersByTimeAsync(200)
    expect(kept.at(-1)).toMatchObject({ title: 'Letters home, 1923', lock_version: 4 })
    expect(draft.undo()).toBe('/dates/0/begin')
  })

  it('keeps again what a refused save wrote over', async () => {
    const { draft, kept } = setting()
    draft.set('/title', 'Letters home')
    const given = draft.document
    draft.set('/title', 'Letters home, 1923')
    await draft.flush()
    draft.refused(given)
    expect(draft.safe).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    expect(kept.at(-1)).toMatchObject({ title: 'Letters home, 1923' })
  })

  it('tries again until the words are kept, also when the form is gone', async () => {
    let full = true
    const kept: Doc[] = []
    const port: Port = {
      keep: async (record) => {
        if (full) throw { code: 'storage' }
        kept.push(record)
      },
      discard: async () => undefined,
      check: async () => ({ problems: [], title: '' }),
    }
    const draft = new RecordDraft({ port, saved })
    draft.set('/title', 'L')
    const closed = draft.close()
    await vi.advanceTimersByTimeAsync(5000)
    expect(draft.safe).toBe(false)
    full = false
    await vi.advanceTimersByTimeAsync(2000)
    await closed
    expect(kept).toHaveLength(1)
  })

  it('keeps the words within a quarter second, however long one types', async () => {
    const { draft, kept } = setting()
    for (let at = 0; at < 250; at += 50) {
      draft.set('/title', `Letters ${at}`)
      await vi.advanceTimersByTimeAsync(50)
    }
    expect(kept.length).toBeGreaterThanOrEqual(1)
    await vi.advanceTimersByTimeAsync(250)
    expect(kept.at(-1)?.['title']).toBe('Letters 200')
    expect(draft.keptAt).toBeDefined()
  })

  it('is safe only when every word is on disk', async () => {
    const { draft } = setting()
    expect(draft.safe).toBe(true)
    draft.set('/title', 'One')
    await draft.flush()
    expect(draft.safe).toBe(true)
    draft.set('/title', 'One more')
    expect(draft.safe).toBe(false)
    expect(draft.keptAt).toBeDefined()
    await draft.flush()
    expect(draft.safe).toBe(true)
  })

  it('keeps at once when asked, also while an earlier keep runs', async () => {
    const { draft, kept } = setting()
    draft.set('/title', 'One')
    const first = draft.flush()
    draft.set('/title', 'Two')
    await Promise.all([first, draft.flush()])
    expect(kept.map((record) => record['title'])).toEqual(['One', 'Two'])
  })

  it('lets the kept draft go when the words are as saved again', async () => {
    const { draft, kept, calls } = setting()
    draft.set('/title', 'Other')
    await draft.flush()
    draft.undo()
    await draft.flush()
    expect(kept).toHaveLength(1)
    expect(calls.discard).toBe(1)
  })

  it('says when keeping failed and tries again with the next change', async () => {
    const { draft } = setting()
    let broken = true
    const port: Port = {
      keep: async () => {
        if (broken) throw new Error('disk full')
      },
      discard: async () => undefined,
      check: async () => ({ problems: [], title: '' }),
    }
    const fragile = new RecordDraft({ port, saved })
    fragile.set('/title', 'One')
    await fragile.flush()
    expect(fragile.failure).toBeInstanceOf(Error)
    broken = false
    await fragile.flush()
    expect(fragile.failure).toBeUndefined()
    expect(draft.failure).toBeUndefined()
  })

  it('asks for problems after a rest and drops answers to older words', async () => {
    const problem: Problem = { pointer: '/dates/0/end', code: 'end_before_begin', severity: 'error' }
    const { draft, calls } = setting([problem])
    draft.set('/dates/0/end', '19')
    draft.set('/dates/0/end', '1914')
    await vi.advanceTimersByTimeAsync(200)
    expect(calls.check).toBe(1)
    expect(draft.problemsAt('/dates/0/end')).toEqual([problem])
    expect(draft.problemsWithin('/dates')).toHaveLength(1)
    expect(draft.problemsWithin('/dates/1')).toHaveLength(0)
  })

  it('begins anew after a save', async () => {
    const { draft, kept } = setting()
    draft.set('/title', 'Saved')
    const key = draft.keyOf((draft.get('/dates') as Doc[])[0]!, 0)
    const answer = { title: 'Saved', display_string: 'Saved', dates: [{ begin: '1923' }] }
    draft.accept(answer)
    expect(draft.keyOf(answer.dates[0]!, 0)).toBe(key)
    await vi.advanceTimersByTimeAsync(300)
    expect(draft.dirty).toBe(false)
    expect(kept).toHaveLength(0)
  })
})
