import { hash } from 'node:crypto'

import { bytesToUnprefixedHex, KECCAK256_RLP, type BatchDBOp, type DB } from '@ethereumjs/util'
import { LRUCache } from 'lru-cache'

import { StoreDamagedError } from '../store/errors.ts'
import type { KeyValueStore, Write } from '../store/key-value-store.ts'
import { stateKey } from '../store/tables.ts'

/**
 * Bytes of nodes and codes that are kept in memory. A node is 32 to 532 of them, a code up to 24,576; a busy one is read by
 * every transaction. Each takes some more for its name and its place.
 */
const CACHED_BYTES = 24 << 20
const BYTES_BESIDE = 250

/** What the library looks for in an empty trie too: nobody writes it. */
const EMPTY_TRIE = bytesToUnprefixedHex(KECCAK256_RLP)

/** The database of all tries: the store, under what was computed and is not decided yet. */
export type TrieDatabase = DB<string, string | Uint8Array> & {
  /** Returns what was put since the last call, and forgets that it is not written. */
  readonly takeWrites: () => readonly Write[]
}

/**
 * Returns the tries' view of a store. Nodes are named by their content, so nothing is ever changed or removed, and a node
 * that was computed for a block that came to nothing does no harm. By its name each is known to be whole when it is read.
 */
export function createTrieDatabase(store: Pick<KeyValueStore, 'get' | 'location'>): TrieDatabase {
  const known = new LRUCache<string, Uint8Array>({
    maxSize: CACHED_BYTES,
    sizeCalculation: ({ length }) => length + BYTES_BESIDE,
  })
  let pending = new Map<string, Uint8Array>()

  const put = (key: string, value: string | Uint8Array): void => {
    if (typeof value === 'string') throw new TypeError('A trie node is bytes.')
    pending.set(key, value)
    known.set(key, value)
  }

  const database: TrieDatabase = {
    get: async (key) => {
      if (key === EMPTY_TRIE) return undefined
      const near = known.get(key) ?? pending.get(key)
      if (near !== undefined) return near
      const stored = await store.get(stateKey(Buffer.from(key, 'hex')))
      if (stored === undefined) throw damagedAt(store, { key, what: 'is missing' })
      if (!isNamed(stored, key)) throw damagedAt(store, { key, what: 'is not what its name says' })
      known.set(key, stored)
      return stored
    },
    put: async (key, value) => put(key, value),
    del: async () => {},
    batch: async (operations: BatchDBOp<string, string | Uint8Array>[]) => {
      for (const operation of operations) {
        if (operation.type === 'put') put(operation.key, operation.value)
      }
    },
    shallowCopy: () => database,
    open: async () => {},
    takeWrites: () => {
      const writes = Array.from(pending, ([key, value]) => ({
        key: stateKey(Buffer.from(key, 'hex')),
        value,
      }))
      pending = new Map()
      return writes
    },
  }
  return database
}

/** A trie that lacks a node reads as if nothing were there, and leads to another root without a word. */
function damagedAt(
  { location }: Pick<KeyValueStore, 'location'>,
  { key, what }: { readonly key: string; readonly what: string },
): StoreDamagedError {
  return new StoreDamagedError(location, `${key}, a part of its state, ${what}`)
}

function isNamed(stored: Uint8Array, key: string): boolean {
  return hash('keccak-256', stored) === key.slice(-HASH_DIGITS)
}

/** What a key ends with; a code's has a letter before it. */
const HASH_DIGITS = 64
