import fc from 'fast-check'
import { expect, test } from 'vitest'

import { offerWithRoom } from './fee.ts'

const gwei = 10n ** 9n
const offer = { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n }

test('an offer of 0 gets room, for the base fee may rise', () => {
  const means = { balance: 10n ** 18n, value: 5n, gas: 21_000n }
  expect(offerWithRoom(offer, means)).toEqual({ maxFeePerGas: gwei, maxPriorityFeePerGas: 0n })
})

test('who has nothing can send where nothing is asked', () => {
  expect(offerWithRoom(offer, { balance: 0n, value: 0n, gas: 21_000n })).toEqual(offer)
})

test('an offer never exceeds what the wallet can pay, nor falls below the estimate', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 22n })
  const cases = fc.record({
    balance: amount,
    value: amount,
    gas: fc.bigInt({ min: 21_000n, max: 30_000_000n }),
    maxFeePerGas: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  })
  fc.assert(
    fc.property(cases, ({ maxFeePerGas, ...means }) => {
      const { balance, value, gas } = means
      const chosen = offerWithRoom({ maxFeePerGas, maxPriorityFeePerGas: 0n }, means)
      if (chosen === undefined) {
        expect(balance).toBeLessThan(value + gas * maxFeePerGas)
      } else {
        expect(chosen.maxFeePerGas).toBeGreaterThanOrEqual(maxFeePerGas)
        expect(value + gas * chosen.maxFeePerGas).toBeLessThanOrEqual(balance)
      }
    }),
  )
})
