import { hash } from 'node:crypto'

import { createInstanceKey, parseAddress } from '@nexqloud/kernel'
import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  createLeafEncoder,
  createTree,
  eachProof,
  multiproofOf,
  proofOf,
  rootOf,
  UnknownLeavesError,
  type BillLeaf,
} from '../index.ts'

/** A hash that writes into one place, as a caller may hand in. */
const place = Buffer.alloc(32)
const keccak256 = (bytes: Uint8Array) => {
  place.write(hash('keccak-256', bytes, 'hex'), 'hex')
  return place
}

const leafCount = fc.integer({ min: 1, max: 70 })

test('the root is that of OpenZeppelin’s tree over the same leaves, unsorted', () => {
  fc.assert(
    fc.property(leafCount, (count) => {
      const { tree, reference } = setup(count)
      expect(hexOf(rootOf(tree))).toBe(reference.root)
    }),
  )
})

test('the proof of each leaf is OpenZeppelin’s, asked for alone or with all others', () => {
  fc.assert(
    fc.property(leafCount, (count) => {
      const { tree, reference } = setup(count)
      let next = 0
      for (const { index, nodes } of eachProof(tree)) {
        const expected = reference.getProof(index)
        expect(index).toBe(next)
        expect(proofOf(tree, index).map(hexOf)).toEqual(expected)
        expect(hexOf(nodes)).toBe(`0x${expected.map((node) => node.slice(2)).join('')}`)
        next += 1
      }
      expect(next).toBe(count)
    }),
  )
})

test('one proof for several leaves is OpenZeppelin’s, for the leaves in ascending order', () => {
  const chosen = leafCount.chain((count) =>
    fc.tuple(
      fc.constant(count),
      fc.subarray(
        Array.from({ length: count }, (_, index) => index),
        { minLength: 1 },
      ),
    ),
  )
  fc.assert(
    fc.property(chosen, ([count, indices]) => {
      const { tree, reference } = setup(count)
      const { nodes, flags } = multiproofOf(tree, indices)
      const expected = reference.getMultiProof(indices)
      expect({ proof: nodes.map(hexOf), proofFlags: flags }).toEqual({
        proof: expected.proof,
        proofFlags: expected.proofFlags,
      })
      expect(expected.leaves).toEqual(indices.map(valuesOf))
      const own = { leaves: indices.map(valuesOf), proof: nodes.map(hexOf), proofFlags: [...flags] }
      expect(reference.verifyMultiProof(own)).toBe(true)
    }),
  )
})

test('a run of leaves needs two nodes a level at most', () => {
  const { tree } = setup(64)
  const run = Array.from({ length: 20 }, (_, index) => index + 11)
  expect(multiproofOf(tree, run).nodes.length).toBeLessThanOrEqual(12)
})

test('of no leaves the root is the hash of nothing', () => {
  const tree = createTree({ leafCount: 0, leafAt: () => new Uint8Array(), keccak256 })
  expect(hexOf(rootOf(tree))).toBe(
    '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  )
  expect([...eachProof(tree)]).toEqual([])
})

test.each([[[]], [[5]], [[-1]], [[1, 1]], [[2, 1]], [[0.5]]])(
  'leaves %j of five are refused',
  (indices) => {
    const { tree } = setup(5)
    expect(() => multiproofOf(tree, indices)).toThrow(UnknownLeavesError)
  },
)

test('a leaf that is not in the tree has no proof', () => {
  expect(() => proofOf(setup(5).tree, 5)).toThrow(UnknownLeavesError)
})

function setup(count: number) {
  const { encodeBill } = createLeafEncoder()
  const tree = createTree({
    leafCount: count,
    leafAt: (index) => encodeBill(billAt(index)),
    keccak256,
  })
  const values = Array.from({ length: count }, (_, index) => valuesOf(index))
  const reference = StandardMerkleTree.of(values, ['uint8', 'bytes32', 'uint64', 'uint32'], {
    sortLeaves: false,
  })
  return { tree, reference }
}

function billAt(index: number): BillLeaf {
  const account = parseAddress(`0x${'ab'.repeat(20)}`)
  const instance = createInstanceKey(account, BigInt(index))
  return { instance, token: BigInt(index + 1), seconds: (index * 7) % 301 }
}

function valuesOf(index: number): unknown[] {
  const { instance, token, seconds } = billAt(index)
  return [2, instance, String(token), seconds]
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
