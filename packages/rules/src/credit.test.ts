import fc from 'fast-check'
import { expect, test } from 'vitest'

import { claimableCredit, earnedCredit } from './index.ts'

const month = 30 * 86_400
const amount = fc.bigInt({ min: 0n, max: 2n ** 96n })
const seconds = fc.nat(month)

test.each([
  [1, 9990, 0n],
  [0.999, 9990, 0n],
  [0.9989, 9990, 100n],
  [0.9989, 9950, 0n],
  [0.995, 9950, 0n],
  [0.9949, 9950, 100n],
  [0.99, 9950, 100n],
  [0.9899, 9950, 250n],
  [0.95, 9990, 250n],
  [0.9499, 9990, 1000n],
  [0, 9950, 1000n],
])('seen %d of the time, target %d: of 1,000 wei %s come back', (part, targetBps, expected) => {
  const seenSeconds = Math.round(10_000_000 * part)
  expect(earnedCredit({ wantedSeconds: 10_000_000, seenSeconds, targetBps }, 1000n)).toBe(expected)
})

test('an instance that nobody wanted earns nothing', () => {
  expect(earnedCredit({ wantedSeconds: 0, seenSeconds: 0, targetBps: 9990 }, 1000n)).toBe(0n)
})

test('a credit never grows with the seconds that were seen, and is never more than the charge', () => {
  fc.assert(
    fc.property(amount, seconds, seconds, (charge, one, other) => {
      const creditAt = (seenSeconds: number) =>
        earnedCredit({ wantedSeconds: month, seenSeconds, targetBps: 9990 }, charge)
      const [less, more] = [Math.min(one, other), Math.max(one, other)]
      expect(creditAt(less) >= creditAt(more)).toBe(true)
      expect(creditAt(less) <= charge).toBe(true)
    }),
  )
})

test('claimed again and again while income arrives, a credit pays the lesser of what was earned and received', () => {
  fc.assert(
    fc.property(amount, fc.array(amount, { maxLength: 8 }), (earned, incomes) => {
      let [received, credited] = [0n, 0n]
      for (const income of incomes) {
        received += income
        credited += claimableCredit(earned, { received, credited })
      }
      expect(credited).toBe(earned < received ? earned : received)
      expect(claimableCredit(earned, { received, credited })).toBe(0n)
    }),
  )
})
