import { createManualClock } from '@nexqloud/kernel'
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
    { clock: createManualClock(), onFailure: () => {} },
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

test('what is held and lost before it could begin does not begin', async () => {
  let count = 0
  const tenure = new Tenure(
    async () => {
      count += 1
    },
    { clock: createManualClock(), onFailure: () => {} },
  )
  tenure.set(true)
  tenure.set(false)
  await settle()
  await tenure.close()
  expect(count).toBe(0)
})

test('work that failed is told, let go, and begun again while its task is held', async () => {
  const failures: unknown[] = []
  const signals: AbortSignal[] = []
  const clock = createManualClock()
  const tenure = new Tenure(
    async (signal) => {
      signals.push(signal)
      throw new Error('broken')
    },
    { clock, onFailure: (failure) => failures.push(failure) },
  )
  tenure.set(true)
  await clock.pass(999)
  expect([failures, signals.map(({ aborted }) => aborted)]).toEqual([[new Error('broken')], [true]])
  await clock.pass(1)
  expect(failures).toHaveLength(2)
  await tenure.close()
  await clock.pass(5000)
  expect(failures).toHaveLength(2)
})

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
