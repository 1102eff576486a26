import type { BatchDBOp, DB } from '@ethereumjs/util'
import { LRUCache } from 'lru-cache'

import type { KeyValueStore, Write } from '../store/key-value-store.ts'
import { stateKey } from '../store/tables.ts'

/** Nodes of tries that are kept in memory. A node is 32 to 532 bytes; a busy one is read by every transaction. */
const CACHED_NODES = 50_000

/** The database of all tries: the store, under what was computed and is not decided yet. */
export type TrieDatabase = DB<string, string | Uint8Array> & {
  /** Returns what was put since the last call, and forgets that it is not written. */
  readonly takeWrites: () => readonly Write[]
}

/**
 * Returns the tries' view of a store. Nodes are named by their content, so nothing is ever changed or removed, and a node
 * that was computed for a block that came to nothing does no harm.
 */
export function createTrieDatabase(store: Pick<KeyValueStore, 'get'>): TrieDatabase {
  const known = new LRUCache<string, Uint8Array>({ max: CACHED_NODES })
  let pending = new Map<string, Uint8Array>()

  const put = (key: string, value: string | Uint8Array): void => {
    if (typeof value === 'string') throw new TypeError('A trie node is bytes.')
    pending.set(key, value)
    known.set(key, value)
  }

  const database: TrieDatabase = {
    get: async (key) => {
      const near = known.get(key) ?? pending.get(key)
      if (near !== undefined) return near
      const stored = await store.get(stateKey(Buffer.from(key, 'hex')))
      if (stored !== undefined) known.set(key, stored)
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
