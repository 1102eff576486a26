import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeOutcome, encodeOutcome, type BlockOutcome } from './outcome.ts'
import type { Log } from './receipt.ts'

test('an outcome comes back as it was stored', () => {
  fc.assert(
    fc.property(anyOutcome(), (outcome) => {
      expect(decodeOutcome(encodeOutcome(outcome))).toEqual(outcome)
    }),
  )
})

test('a block may have as many logs as its gas pays', () => {
  const log = { address: new Uint8Array(20), topics: [], data: new Uint8Array() }
  const logs = Array.from({ length: 80_000 }, () => log)
  const bytes = encodeOutcome(outcomeOf(logs))
  expect(decodeOutcome(bytes).receipts[0]?.logs).toHaveLength(logs.length)
})

test('what was cut off, or goes on, is no outcome', () => {
  fc.assert(
    fc.property(anyOutcome(), fc.nat(), (outcome, cut) => {
      const whole = encodeOutcome(outcome)
      expect(() => decodeOutcome(whole.subarray(0, cut % whole.length))).toThrow(RangeError)
      expect(() => decodeOutcome(Uint8Array.of(...whole, 0))).toThrow(RangeError)
    }),
  )
})

test('a log of five topics, and a status of two, are none', () => {
  const log = { address: new Uint8Array(20), topics: [], data: new Uint8Array() }
  const [statusAt, topicsAt] = [44 + 32, 44 + 45 + 20]
  const told = [statusAt, topicsAt].map((at) => {
    const bytes = encodeOutcome(outcomeOf([log]))
    bytes[at] = 5
    return () => decodeOutcome(bytes)
  })
  expect(told[0]).toThrow('There is 5 where at most 1 can be.')
  expect(told[1]).toThrow('There is 5 where at most 4 can be.')
})

function outcomeOf(logs: readonly Log[]): BlockOutcome {
  const [hash, transactionHash] = [new Uint8Array(32), new Uint8Array(32)]
  const receipt = { transactionHash, isSuccess: true, cumulativeGasUsed: 0n, logs }
  return { hash, timestamp: 0n, receipts: [receipt] }
}

function anyOutcome() {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
  const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  const log = fc.record({
    address: bytes(20),
    topics: fc.array(bytes(32), { maxLength: 4 }),
    data: fc.uint8Array({ maxLength: 100 }),
  })
  const receipt = fc.record({
    transactionHash: bytes(32),
    isSuccess: fc.boolean(),
    cumulativeGasUsed: number,
    logs: fc.array(log, { maxLength: 3 }),
  })
  return fc.record({
    hash: bytes(32),
    timestamp: number,
    receipts: fc.array(receipt, { maxLength: 3 }),
  })
}
