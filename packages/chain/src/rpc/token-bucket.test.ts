import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createTokenBucket } from './token-bucket.ts'

const steps = fc.array(fc.record({ waitMs: fc.nat(5000), cost: fc.nat(50) }), { maxLength: 50 })

test('a client is never given more than its burst and what has come back since', () => {
  fc.assert(
    fc.property(steps, (script) => {
      let [now, given] = [0, 0]
      const take = createTokenBucket({ perSecond: 10, burst: 100 }, () => now)
      for (const { waitMs, cost } of script) {
        now += waitMs
        if (take('me', cost)) given += cost
        expect(given).toBeLessThanOrEqual(100 + (now / 1000) * 10 + 1e-6)
      }
    }),
  )
})

test('one client’s greed costs no other one', () => {
  const take = createTokenBucket({ perSecond: 1, burst: 10 }, () => 0)
  expect(take('greedy', 10)).toBe(true)
  expect(take('greedy', 1)).toBe(false)
  expect(take('modest', 10)).toBe(true)
})
