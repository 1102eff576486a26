import type { MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import {
  CODEHASH_PREFIX,
  MerkleStateManager,
  type MerkleStateManagerOpts,
} from '@ethereumjs/statemanager'
import {
  concatBytes,
  createAddressFromString,
  hexToBytes,
  unpadBytes,
  type Address,
} from '@ethereumjs/util'

import { keccak256 } from './chain-common.ts'
import { updateTrie, type TrieChange } from './trie-update.ts'

/** The first byte of an empty value in RLP, which no other value begins with. */
const RLP_NOTHING = 0x80

/** What the library's state takes, and how many slots are kept in memory before all of them are forgotten. */
export type MachineStateOptions = MerkleStateManagerOpts & { readonly mostSlots: number }

/* oxlint-disable no-underscore-dangle -- the library's names */

/** The library's state with a look at how many trials are open, and tries that are changed once a block. */
export class MachineState extends MerkleStateManager {
  /** At least as many as the cache has: one that several blocks touch counts for each. */
  #slotsCached = 0
  readonly #mostSlots: number

  constructor({ mostSlots, ...options }: MachineStateOptions) {
    super(options)
    this.#mostSlots = mostSlots
  }

  /** Checkpoints that were neither committed nor reverted: the VM leaves some behind when it fails. */
  get openCheckpoints(): number {
    return this._checkpointCount
  }

  /** Keeps a slot's value until the tries are changed; the library changes its trie at once, and once more later. */
  override async putStorage(address: Address, slot: Uint8Array, value: Uint8Array): Promise<void> {
    this._caches?.storage?.put(address, slot, RLP.encode(unpadBytes(value)))
  }

  /**
   * Puts a code into the database at once, which forgets it where it is taken back. The library does so when a block ends,
   * from its cache: by then other codes may have taken the place of this one there, and it would be nowhere.
   */
  override async putCode(address: Address, code: Uint8Array): Promise<void> {
    await this._getCodeDB().put(concatBytes(CODEHASH_PREFIX, keccak256(code)), code)
    await super.putCode(address, code)
  }

  /** Takes into the tries what was read or changed since the last time: what was only read changes nothing there. */
  override async flush(): Promise<void> {
    // Codes are in the database already; the cache begins a new list of what changed.
    this._caches?.code?.flush()
    await this.#flushStorage()
    await this.#flushAccounts()
  }

  async #flushStorage(): Promise<void> {
    const slots = this._caches?.storage?.flush() ?? []
    this.#slotsCached += slots.length
    for (const [contract, group] of Map.groupBy(slots, ([address]) => address)) {
      const address = createAddressFromString(`0x${contract}`)
      const account = await this.getAccount(address)
      if (account === undefined) continue
      const trie = this._getStorageTrie(address, account)
      const changes = group.map(([, slot, value]) => toChange(slot, value))
      await this.#update(trie, changes)
      account.storageRoot = trie.root()
      await this.putAccount(address, account)
    }
    this.#boundSlots()
  }

  /** The library bounds of how many contracts it keeps slots, not how many slots. */
  #boundSlots(): void {
    if (this.#slotsCached <= this.#mostSlots || this._checkpointCount > 0) return
    this._caches?.storage?.clear()
    this.#slotsCached = 0
  }

  async #flushAccounts(): Promise<void> {
    const accounts = this._caches?.account?.flush() ?? []
    const changes = accounts.map(([address, { accountRLP }]) => toChange(address, accountRLP))
    await this.#update(this._trie, changes)
  }

  async #update(trie: MerklePatriciaTrie, changes: readonly TrieChange[]): Promise<void> {
    const database = trie.database()
    const nodes = {
      hash: keccak256,
      get: async (hash: Uint8Array) => database.get(hash),
      put: async (hash: Uint8Array, node: Uint8Array) => database.put(hash, node),
    }
    trie.root(await updateTrie(nodes, trie.root(), changes))
  }
}

/** The library has slots and accounts by their hexadecimal names. */
function toChange(name: string, encoded: Uint8Array | undefined): TrieChange {
  const key = keccak256(hexToBytes(`0x${name}`))
  return { key, value: encoded?.[0] === RLP_NOTHING ? undefined : encoded }
}
