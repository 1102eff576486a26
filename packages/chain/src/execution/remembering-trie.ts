import type { Common } from '@ethereumjs/common'
import { MerklePatriciaTrie, type MPTOpts } from '@ethereumjs/mpt'
import { ValueEncoding } from '@ethereumjs/util'
import { LRUCache } from 'lru-cache'

import type { TrieDatabase } from './trie-database.ts'

/** Values that are kept, of all tries together: an account or a slot, 1 to 110 bytes each. */
const KEPT = 50_000

type Values = LRUCache<string, { readonly value: Uint8Array | null }>

/**
 * A trie that remembers what it was asked. A root names all that is under it, so what was read there stays true, whatever
 * is tried out and taken back: the state manager's own caches forget with each revert what they had read.
 */
class RememberingTrie extends MerklePatriciaTrie {
  readonly #options: MPTOpts
  readonly #values: Values

  constructor(options: MPTOpts, values: Values) {
    super(options)
    this.#options = options
    this.#values = values
  }

  override async get(key: Uint8Array, throwIfMissing?: boolean): Promise<Uint8Array | null> {
    const name = nameOf(this.root(), key)
    const known = this.#values.get(name)
    if (known !== undefined) return known.value
    const value = await super.get(key, throwIfMissing)
    this.#values.set(name, { value })
    return value
  }

  /** The state manager makes the tries of storage so. */
  override shallowCopy(): RememberingTrie {
    return new RememberingTrie({ ...this.#options, root: this.root() }, this.#values)
  }
}

/** Returns an empty trie to read many states from: it, and its copies, move to any root. */
export function createRememberingTrie(db: TrieDatabase, common: Common): MerklePatriciaTrie {
  const options: MPTOpts = {
    db,
    common,
    useKeyHashing: true,
    valueEncoding: ValueEncoding.Bytes,
  }
  return new RememberingTrie(options, new LRUCache({ max: KEPT }))
}

function nameOf(root: Uint8Array, key: Uint8Array): string {
  return toText(root) + toText(key)
}

function toText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
