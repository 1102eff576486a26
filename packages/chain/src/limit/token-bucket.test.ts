import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createTokenBuckets } from './token-bucket.ts'

const steps = fc.array(fc.record({ waitMs: fc.nat(5000), cost: fc.nat(50) }), { maxLength: 50 })

test('a client is never given more than its burst and what has come back since', () => {
  fc.assert(
    fc.property(steps, (script) => {
      let [now, given] = [0, 0]
      const take = createTokenBuckets(() => now)
      const allowance = { perSecond: 10, burst: 100 }
      for (const { waitMs, cost } of script) {
        now += waitMs
        if (take('me', cost, allowance)) given += cost
        expect(given).toBeLessThanOrEqual(100 + (now / 1000) * 10 + 1e-6)
      }
    }),
  )
})

test('one client’s greed costs no other one', () => {
  const take = createTokenBuckets(() => 0)
  const allowance = { perSecond: 1, burst: 10 }
  expect(take('greedy', 10, allowance)).toBe(true)
  expect(take('greedy', 1, allowance)).toBe(false)
  expect(take('modest', 10, allowance)).toBe(true)
})

test('what was found out afterwards is owed, and made good for with time', () => {
  let now = 0
  const take = createTokenBuckets(() => now)
  const allowance = { perSecond: 10, burst: 100 }
  take.charge('me', 150, allowance)
  now = 5000
  expect(take('me', 1, allowance)).toBe(false)
  now = 5100
  expect(take('me', 1, allowance)).toBe(true)
})
