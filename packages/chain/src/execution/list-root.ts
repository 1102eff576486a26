import { RLP } from '@ethereumjs/rlp'

import { keccak256 } from './chain-common.ts'
import { updateTrie, type TrieNodes } from './trie-update.ts'

const emptyRoot = keccak256(RLP.encode(new Uint8Array()))

/** A trie of which only the root is wanted. */
const unkept: TrieNodes = {
  hash: keccak256,
  get: async () => undefined,
  put: async () => {},
}

/**
 * Returns the root that a block has of a list: of the trie in which each value stands under the RLP of its index. No such
 * key begins another one, so that all end in leaves, as in tries whose keys are hashes.
 */
export function listRoot(values: readonly Uint8Array[]): Promise<Uint8Array> {
  const changes = values.map((value, index) => ({ key: RLP.encode(index), value }))
  return updateTrie(unkept, emptyRoot, changes)
}
