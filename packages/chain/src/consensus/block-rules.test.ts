import { Block, createBlockHeader } from '@ethereumjs/block'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { ExecutionPayload } from '../execution/execution-engine.ts'
import { feeFieldsAfter, findBrokenRule, noBeaconRoot, timeAfter } from './block-rules.ts'
import { carriedFeesOf, carriedFeesToExtraData } from './carried-fees.ts'

const validators = `0x${'ab'.repeat(20)}` as const
const wei = fc.bigInt({ min: 0n, max: 10n ** 28n })
const wall = fc.integer({ min: 0, max: 4_000_000_000_000 })

test('every block is dated after its parent, however the clock jumps', () => {
  fc.assert(
    fc.property(fc.array(wall), (walls) => {
      let parent = blockAt(1_700_000_000n)
      for (const wallMs of walls) {
        const time = timeAfter(parent, wallMs)
        expect(time).toBeGreaterThan(parent.header.timestamp)
        expect(time >= BigInt(Math.floor(wallMs / 1000))).toBe(true)
        parent = blockAt(time)
      }
    }),
  )
})

test('what a block carries is read back from its extra data', () => {
  fc.assert(
    fc.property(wei, (carried) => {
      const extraData = carriedFeesToExtraData(carried)
      expect(extraData.length).toBeLessThanOrEqual(66)
      expect(carriedFeesOf(blockAt(1n, { number: 1n, extraData }))).toBe(carried)
    }),
  )
})

test('block 0 carries nothing: its extra data is the chain’s name', () => {
  expect(carriedFeesOf(blockAt(1n, { number: 0n, extraData: '0x4e5851' }))).toBe(0n)
})

test('an empty block pays nothing and carries everything on', () => {
  fc.assert(
    fc.property(wei, (carried) => {
      const parent = blockAt(1n, { number: 5n, extraData: carriedFeesToExtraData(carried) })
      const fields = feeFieldsAfter(parent, { validators, hasTransactions: false })
      expect(fields).toEqual({ extraData: carriedFeesToExtraData(carried), withdrawals: [] })
    }),
  )
})

test('a block with transactions pays whole gwei back under its parent’s number', () => {
  const extraData = carriedFeesToExtraData(2_500_000_000n)
  const parent = blockAt(1n, { number: 5n, extraData, gasUsed: 100n, baseFeePerGas: 7n })
  expect(feeFieldsAfter(parent, { validators, hasTransactions: true })).toEqual({
    extraData: carriedFeesToExtraData(500_000_700n),
    withdrawals: [{ index: 5n, validatorIndex: 0n, address: validators, amountGwei: 2n }],
  })
})

test('a block made by the rules breaks none', () => {
  expect(findBrokenRule(payload(), rules())).toBeUndefined()
})

test.each([
  ['a time that does not rise', { timestamp: 100n }, 'its time is not after its parent’s'],
  ['a time ahead of the clock', { timestamp: 203n }, 'its time is ahead of the clock'],
  [
    'fees for somebody else',
    { feeRecipient: `0x${'cd'.repeat(20)}` as const },
    'its fees do not go to the validators',
  ],
  [
    'a beacon block',
    { parentBeaconBlockRoot: `0x${'11'.repeat(32)}` as const },
    'it names a beacon block',
  ],
  ['other fees carried', { extraData: '0x01' as const }, 'it carries other fees than were burnt'],
  [
    'a payment that nobody burnt',
    { withdrawals: [payment(1n)] },
    'it pays other fees back than were burnt',
  ],
])('%s is refused', (_, change, rule) => {
  expect(findBrokenRule({ ...payload(), ...change }, rules())).toBe(rule)
})

test('a block that is dated one second after its parent is taken though the clock fell behind', () => {
  expect(
    findBrokenRule({ ...payload(), timestamp: 101n }, { ...rules(), wallMs: 5000 }),
  ).toBeUndefined()
})

function rules() {
  return { parent: blockAt(100n, { number: 3n }), validators, wallMs: 201_999 } as const
}

function payment(amountGwei: bigint) {
  return { index: 3n, validatorIndex: 0n, address: validators, amountGwei }
}

function payload(): ExecutionPayload {
  const word = `0x${'00'.repeat(32)}` as const
  return {
    parentHash: word,
    feeRecipient: validators,
    stateRoot: word,
    receiptsRoot: word,
    logsBloom: '0x',
    prevRandao: word,
    blockNumber: 4n,
    gasLimit: 30_000_000n,
    gasUsed: 0n,
    timestamp: 202n,
    extraData: '0x',
    baseFeePerGas: 0n,
    blockHash: word,
    transactions: [],
    withdrawals: [],
    parentBeaconBlockRoot: noBeaconRoot,
  }
}

type Header = NonNullable<Parameters<typeof createBlockHeader>[0]>

function blockAt(timestamp: bigint, fields: Header = {}): Block {
  const header = createBlockHeader(
    { timestamp, number: 1n, ...fields },
    { skipConsensusFormatValidation: true },
  )
  return new Block(header, [], [], undefined, { skipConsensusFormatValidation: true })
}
