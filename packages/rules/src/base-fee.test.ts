import fc from 'fast-check'
import { expect, test } from 'vitest'

import { pendingFees, returnFees } from './index.ts'

const block = fc.record({
  gasUsed: fc.bigInt({ min: 0n, max: 30_000_000n }),
  baseFeePerGas: fc.bigInt({ min: 0n, max: 10n ** 12n }),
})

test('what was burnt is given back or carried, to the wei, whatever the blocks', () => {
  fc.assert(
    fc.property(fc.array(block), (blocks) => {
      let [burnt, returned, carriedWei] = [0n, 0n, 0n]
      for (const { gasUsed, baseFeePerGas } of blocks) {
        const before = carriedWei
        const back = returnFees(before, gasUsed > 0n)
        returned += back.gwei * 10n ** 9n
        carriedWei = pendingFees({ carriedWei: back.carriedWei, gasUsed, baseFeePerGas })
        burnt += gasUsed * baseFeePerGas
        expect(returned + carriedWei).toBe(burnt)
      }
    }),
  )
})

test('a block with transactions carries less than a gwei', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (pending) => {
      expect(returnFees(pending, true).carriedWei).toBeLessThan(10n ** 9n)
    }),
  )
})

test('a block without transactions gives nothing back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (pending) => {
      expect(returnFees(pending, false)).toEqual({ gwei: 0n, carriedWei: pending })
    }),
  )
})
