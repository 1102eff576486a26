import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { bytesToHex } from '@ethereumjs/util'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { keccak256 } from './chain-common.ts'
import { updateTrie, type TrieChange, type TrieNodes } from './trie-update.ts'

const EMPTY_ROOT = keccak256(RLP.encode(new Uint8Array()))

/** Keys of few nibbles that matter, so that many of them share a way; values that fit into their parent and that do not. */
const anyChange = fc.record({
  key: fc
    .array(fc.constantFrom(0x00, 0x01, 0x10, 0x11), { minLength: 4, maxLength: 4 })
    .map((bytes) => Uint8Array.from(bytes)),
  value: fc.option(
    fc
      .oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(110, 255, 256, 70_000))
      .map((size) => new Uint8Array(size).fill(size % 256)),
    { nil: undefined },
  ),
})
const anyRound = fc.uniqueArray(anyChange, { selector: ({ key }) => key.join(), maxLength: 20 })

const manyChanges: readonly TrieChange[] = Array.from({ length: 200 }, (_, index) => {
  return { key: keccak256(Uint8Array.of(index)), value: new Uint8Array(40).fill(index) }
})

test('rounds of changes lead to the roots that the library has, which changes one key after the other', async () => {
  const rounds = fc.array(anyRound, { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      const library = await createMPT()
      const { nodes } = setup()
      let root = EMPTY_ROOT
      for (const round of all) {
        root = await updateTrie(nodes, root, round)
        for (const { key, value } of round) {
          await (value === undefined ? library.del(key) : library.put(key, value))
        }
        expect(bytesToHex(root)).toBe(bytesToHex(library.root()))
      }
    }),
  )
})

test('each node is made once, however many keys below it change', async () => {
  const { nodes, stored } = setup()
  await updateTrie(nodes, EMPTY_ROOT, manyChanges)
  const branches = stored.size - manyChanges.length
  expect(branches).toBeGreaterThan(16)
  expect(branches).toBeLessThan(manyChanges.length / 2)
})

test('what changes nothing makes no node', async () => {
  const { nodes, stored } = setup()
  const root = await updateTrie(nodes, EMPTY_ROOT, manyChanges)
  const before = stored.size
  const absent = { key: keccak256(Uint8Array.of(1, 1)), value: undefined }
  expect(await updateTrie(nodes, root, [...manyChanges.slice(0, 50), absent])).toEqual(root)
  expect(stored.size).toBe(before)
})

test('a node that is missing is named', async () => {
  const root = new Uint8Array(32).fill(1)
  const change = { key: keccak256(root), value: root }
  await expect(updateTrie(setup().nodes, root, [change])).rejects.toThrow(
    `The trie's node 0x${'01'.repeat(32)} is missing.`,
  )
})

function setup() {
  const stored = new Map<string, Uint8Array>()
  const nodes: TrieNodes = {
    hash: keccak256,
    get: async (hash) => stored.get(bytesToHex(hash)),
    put: async (hash, node) => void stored.set(bytesToHex(hash), node),
  }
  return { nodes, stored }
}
