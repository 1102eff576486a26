import { expect, test } from 'vitest'

import { Tenure } from './tenure.ts'

test('work begins when its task is held, and never beside what is still ending', async () => {
  const told: string[] = []
  const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let count = 0
  const tenure = new Tenure(
    async (signal) => {
      const number = count
      count += 1
      told.push(`begins ${number}`)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await ends[number]?.promise
      told.push(`ends ${number}`)
    },
    () => {},
  )
  tenure.set(true)
  tenure.set(true)
  await settle()
  tenure.set(false)
  tenure.set(true)
  await settle()
  expect(told).toEqual(['begins 0'])
  ends[0]?.resolve()
  await settle()
  expect(told).toEqual(['begins 0', 'ends 0', 'begins 1'])
  ends[1]?.resolve()
  await tenure.close()
  expect(told.at(-1)).toBe('ends 1')
})

test('what is held and lost before it could begin does not begin, and a failure is told', async () => {
  const failures: unknown[] = []
  let count = 0
  const tenure = new Tenure(
    async () => {
      count += 1
      throw new Error('broken')
    },
    (failure) => failures.push(failure),
  )
  tenure.set(true)
  tenure.set(false)
  await settle()
  expect(count).toBe(0)
  tenure.set(true)
  await settle()
  await tenure.close()
  expect(failures).toEqual([new Error('broken')])
})

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
