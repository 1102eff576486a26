import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeOutcome, encodeOutcome } from './receipt.ts'

test('an outcome comes back as it was stored', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const log = fc.record({
    address: bytes(20),
    topics: fc.array(bytes(32), { maxLength: 4 }),
    data: fc.uint8Array({ maxLength: 100 }),
  })
  const receipt = fc.record({
    transactionHash: bytes(32),
    isSuccess: fc.boolean(),
    cumulativeGasUsed: fc.bigInt({ min: 0n, max: 2n ** 64n }),
    logs: fc.array(log, { maxLength: 3 }),
  })
  const outcome = fc.record({
    hash: bytes(32),
    timestamp: fc.bigInt({ min: 0n, max: 2n ** 64n }),
    receipts: fc.array(receipt, { maxLength: 3 }),
  })
  fc.assert(
    fc.property(outcome, (value) => {
      expect(decodeOutcome(encodeOutcome(value))).toEqual(value)
    }),
  )
})
