import { expect, test } from 'vitest'

import { createSendBudget } from './send-budget.ts'

const KB = 1 << 10

test('what waits for all connections of a client is counted, and what waits for everybody', () => {
  const budget = createSendBudget({ bufferedBytes: 100 * KB, bufferedBytesInAll: 300 * KB })
  const fresh = { client: 'me', bufferedBytes: 0 }
  expect(budget.hasRoom(fresh, 200 * KB)).toBe(true)
  expect(budget.hasRoom(fresh, 301 * KB)).toBe(false)
  const ends = [1, 2].map(() => budget.count({ client: 'me', bufferedBytes: 60 * KB }))
  expect(budget.hasRoom(fresh, 100 * KB)).toBe(false)
  const other = { client: 'you', bufferedBytes: 0 }
  expect(budget.hasRoom(other, 180 * KB)).toBe(true)
  expect(budget.hasRoom(other, 181 * KB)).toBe(false)
  for (const end of ends) end()
  expect(budget.hasRoom(fresh, 300 * KB)).toBe(true)
})

test('a small answer has room always', () => {
  const budget = createSendBudget({ bufferedBytes: 0, bufferedBytesInAll: 0 })
  budget.count({ client: 'me', bufferedBytes: 60 * KB })
  expect(budget.hasRoom({ client: 'me', bufferedBytes: 0 }, KB)).toBe(true)
})
