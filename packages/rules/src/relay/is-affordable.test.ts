import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isAffordable } from './is-affordable.ts'

test('a hundred more could be paid for after each call, and a tenth of all is the most in an hour', () => {
  expect(isAffordable({ balance: 10_000n, cost: 100n, spent: 900n })).toBe(true)
  expect(isAffordable({ balance: 9999n, cost: 100n, spent: 0n })).toBe(false)
  expect(isAffordable({ balance: 10_000n, cost: 100n, spent: 901n })).toBe(false)
  expect(isAffordable({ balance: 0n, cost: 0n, spent: 0n })).toBe(true)
})

test('whatever fees do within an hour, nine tenths of what there was are left', () => {
  const fees = fc.array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { maxLength: 700 })
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n }), fees, (before, costs) => {
      let spent = 0n
      for (const cost of costs) {
        if (isAffordable({ balance: before - spent, cost, spent })) spent += cost
      }
      expect(spent * 10n).toBeLessThanOrEqual(before)
    }),
  )
})
