import { expect, test } from 'vitest'
import type { Row } from '@/backend'
import { Finding } from './finding.svelte'

const row = (title: string) => ({ uri: `/${title}`, kind: 'resource', title }) as Row

/** A finding whose answers are given by hand, in any order. */
function bench() {
  const answers = new Map<string, (rows: Row[]) => void>()
  const finding = new Finding((text) => new Promise((done) => answers.set(text, done)))
  const answer = async (text: string) => {
    answers.get(text)?.([row(text)])
    await Promise.resolve()
    await Promise.resolve()
  }
  return { finding, answer }
}

test('what is chosen waits for the answer to the last letters', async () => {
  const { finding, answer } = bench()
  const done: string[] = []
  finding.type('d')
  await answer('d')
  finding.type('di')
  finding.whenFound(() => done.push(finding.rows[0]!.title))
  expect(done).toEqual([])
  await answer('di')
  expect(done).toEqual(['di'])
  finding.whenFound(() => done.push('at once'))
  expect(done).toEqual(['di', 'at once'])
})

test('an answer that comes late changes nothing', async () => {
  const { finding, answer } = bench()
  finding.type('d')
  finding.type('di')
  await answer('di')
  await answer('d')
  expect(finding.rows[0]?.title).toBe('di')
})

test('letters typed after it take back what waited', async () => {
  const { finding, answer } = bench()
  const done: string[] = []
  finding.type('d')
  finding.whenFound(() => done.push('d'))
  finding.type('di')
  await answer('d')
  await answer('di')
  expect(done).toEqual([])
})

test('what fails is found nothing for, and nothing waits for ever', async () => {
  const finding = new Finding(() => Promise.reject(new Error('no desk')))
  const done: number[] = []
  finding.type('d')
  finding.whenFound(() => done.push(finding.rows.length))
  await new Promise((later) => setTimeout(later))
  expect(done).toEqual([0])
})
