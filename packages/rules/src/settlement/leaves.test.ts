import { hash } from 'node:crypto'

import {
  createInstanceKey,
  parseAddress,
  parseDeviceId,
  type Address,
  type InstanceKey,
} from '@nexqloud/kernel'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createLeafEncoder, LeafOverflowError } from '../index.ts'

const { encodeReward, encodeBill, encodeCredit } = createLeafEncoder()

const uint16 = fc.nat(2 ** 16 - 1)
const uint32 = fc.nat(2 ** 32 - 1)
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const uint96 = fc.bigInt({ min: 0n, max: 2n ** 96n - 1n })
const account: fc.Arbitrary<Address> = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => parseAddress(`0x${Buffer.from(bytes).toString('hex')}`))
const instance: fc.Arbitrary<InstanceKey> = fc
  .tuple(account, uint96)
  .map(([own, number]) => createInstanceKey(own, number))

const rewardLeaf = fc.record({
  account,
  device: fc.integer({ min: 1, max: 2 ** 32 - 1 }).map(parseDeviceId),
  amount: uint96,
  uptimeSeconds: uint32,
  scoreHundredths: uint16,
})
const billLeaf = fc.record({ instance, token: uint64, seconds: uint32 })
const creditLeaf = fc.record({ instance, month: uint32, amount: uint96 })

test('a reward is encoded as abi.encode does', () => {
  const types = ['uint8', 'address', 'uint32', 'uint96', 'uint32', 'uint16']
  fc.assert(
    fc.property(rewardLeaf, (leaf) => {
      const { device, amount, uptimeSeconds, scoreHundredths } = leaf
      const values = [1, leaf.account, device, String(amount), uptimeSeconds, scoreHundredths]
      expect(hashTwice(encodeReward(leaf))).toBe(leafHashOf(types, values))
    }),
  )
})

test('a bill is encoded as abi.encode does', () => {
  const types = ['uint8', 'bytes32', 'uint64', 'uint32']
  fc.assert(
    fc.property(billLeaf, (leaf) => {
      const values = [2, leaf.instance, String(leaf.token), leaf.seconds]
      expect(hashTwice(encodeBill(leaf))).toBe(leafHashOf(types, values))
    }),
  )
})

test('a credit is encoded as abi.encode does', () => {
  const types = ['uint8', 'bytes32', 'uint32', 'uint96']
  fc.assert(
    fc.property(creditLeaf, (leaf) => {
      const values = [3, leaf.instance, leaf.month, String(leaf.amount)]
      expect(hashTwice(encodeCredit(leaf))).toBe(leafHashOf(types, values))
    }),
  )
})

test('nothing of a leaf is left in the next one', () => {
  const own = createInstanceKey(parseAddress(`0x${'ff'.repeat(20)}`), 2n ** 96n - 1n)
  const zero = createInstanceKey(parseAddress(`0x${'00'.repeat(20)}`), 0n)
  encodeBill({ instance: own, token: 2n ** 64n - 1n, seconds: 2 ** 32 - 1 })
  const bytes = encodeBill({ instance: zero, token: 0n, seconds: 0 })
  expect([...bytes].reduce((sum, byte) => sum + byte, 0)).toBe(2)
})

const some = createInstanceKey(parseAddress(`0x${'11'.repeat(20)}`), 7n)

test.each([
  ['a token of 65 bits', () => encodeBill({ instance: some, token: 2n ** 64n, seconds: 0 })],
  ['a token below 0', () => encodeBill({ instance: some, token: -1n, seconds: 0 })],
  ['2³² seconds', () => encodeBill({ instance: some, token: 1n, seconds: 2 ** 32 })],
  ['half a second', () => encodeBill({ instance: some, token: 1n, seconds: 0.5 })],
  ['an amount of 97 bits', () => encodeCredit({ instance: some, month: 0, amount: 2n ** 96n })],
  ['a month below 0', () => encodeCredit({ instance: some, month: -1, amount: 0n })],
  ['a score of 17 bits', () => encodeReward({ ...someReward, scoreHundredths: 65_536 })],
])('%s does not fit and is refused', (_, encode) => {
  expect(encode).toThrow(LeafOverflowError)
})

const someReward = {
  account: parseAddress(`0x${'11'.repeat(20)}`),
  device: parseDeviceId(1),
  amount: 1n,
  uptimeSeconds: 60,
  scoreHundredths: 100,
}

function leafHashOf(types: string[], values: unknown[]): string {
  return StandardMerkleTree.of([values], types).leafHash(values)
}

function hashTwice(encoded: Uint8Array): string {
  const inner = hash('keccak-256', encoded, 'buffer')
  return `0x${hash('keccak-256', inner, 'hex')}`
}
