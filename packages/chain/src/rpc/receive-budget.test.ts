import { expect, test } from 'vitest'

import { createReceiveBudget } from './receive-budget.ts'

const KB = 1 << 10

test('large requests are counted by client and in all until they are answered', () => {
  const budget = createReceiveBudget({ requestBytes: 200 * KB, requestBytesInAll: 300 * KB })
  const [first, second] = [budget.take('me', 100 * KB), budget.take('me', 100 * KB)]
  expect([first, second]).not.toContain(undefined)
  expect(budget.take('me', 64 * KB)).toBeUndefined()
  expect(budget.take('you', 101 * KB)).toBeUndefined()
  const third = budget.take('you', 100 * KB)
  expect(third).toBeDefined()
  first?.()
  expect(budget.take('me', 100 * KB)).toBeDefined()
  expect(budget.take('me', 64 * KB)).toBeUndefined()
})

test('a small request has room always', () => {
  const budget = createReceiveBudget({ requestBytes: 0, requestBytesInAll: 0 })
  expect(budget.take('me', 64 * KB - 1)).toBeDefined()
})
