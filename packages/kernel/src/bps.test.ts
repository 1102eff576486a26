import fc from 'fast-check'
import { expect, test } from 'vitest'

import { BPS, shareOf } from './index.ts'

const amount = fc.bigInt({ min: 0n, max: 2n ** 96n })
const bps = fc.integer({ min: 0, max: 10_000 })

test('a share is the largest whole amount that is not more than its part', () => {
  fc.assert(
    fc.property(amount, bps, (whole, points) => {
      const share = shareOf(whole, points)
      expect(share * BPS <= whole * BigInt(points)).toBe(true)
      expect((share + 1n) * BPS > whole * BigInt(points)).toBe(true)
    }),
  )
})

test('10,000 basis points are all of it, 0 are nothing', () => {
  fc.assert(
    fc.property(amount, (whole) => {
      expect(shareOf(whole, 10_000)).toBe(whole)
      expect(shareOf(whole, 0)).toBe(0n)
    }),
  )
})
