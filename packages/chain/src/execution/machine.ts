import type { Common } from '@ethereumjs/common'
import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { Caches, CacheType } from '@ethereumjs/statemanager'
import { ValueEncoding } from '@ethereumjs/util'
import { createVM, type VM } from '@ethereumjs/vm'

import { keepJumpAnalyses } from './jump-analysis.ts'
import { MachineState } from './machine-state.ts'
import { createRememberingTrie } from './remembering-trie.ts'
import type { TrieDatabase } from './trie-database.ts'

/**
 * What is kept in memory, decoded; of accounts and contracts at least as many as one block touches, since what it changes is
 * nowhere else until it ends. A slot takes some 300 bytes; a block of 30 million gas touches up to 14,000.
 */
const CACHED = { accounts: 20_000, contracts: 50_000, slots: 200_000, codes: 500 } as const

/** Returns the hash of an earlier block, for the BLOCKHASH instruction. */
export type BlockHashes = (number: bigint) => Promise<Uint8Array>

/** A virtual machine on a state that can be moved. */
export type Machine = {
  readonly vm: VM
  readonly state: MachineState
  /** Moves to the state with this root, and forgets whatever was begun on the one before. */
  readonly moveTo: (stateRoot: Uint8Array) => Promise<void>
}

/** What a machine stands on. */
export type MachineParts = {
  readonly common: Common
  readonly database: TrieDatabase
  readonly blockHashes: BlockHashes
}

/** What a machine for blocks stands on. */
export type BlockMachineParts = MachineParts & {
  /** Most accounts that one block may touch. */
  readonly mostTouched: number
}

/** Gas that the first touch of an account takes, what may be given back of it taken off (EIP-2929, EIP-3529): at least so much. */
const GAS_A_TOUCH = 2000n

/** Returns how many accounts a block of so much gas may touch at most. */
export function mostTouchedBy(gasLimit: bigint): number {
  return Number(gasLimit / GAS_A_TOUCH)
}

/** Returns a machine on the empty state, for blocks that follow each other: what one leaves in memory serves the next. */
export async function createMachine(parts: BlockMachineParts): Promise<Machine> {
  const { common, database, mostTouched } = parts
  const trie = await createMPT({
    db: database,
    useKeyHashing: true,
    common,
    valueEncoding: ValueEncoding.Bytes,
  })
  return assemble(parts, { trie, caches: createCaches(mostTouched) })
}

/** Returns a machine on the empty state, for trials that are taken back: what they read is kept, what they wrote is not. */
export function createTrialMachine(parts: MachineParts): Promise<Machine> {
  const { common, database } = parts
  return assemble(parts, { trie: createRememberingTrie(database, common), caches: new Caches() })
}

type MachineMemory = { readonly trie: MerklePatriciaTrie; readonly caches: Caches }

async function assemble(
  { common, blockHashes }: MachineParts,
  { trie, caches }: MachineMemory,
): Promise<Machine> {
  const state = new MachineState({ trie, common, caches, mostSlots: CACHED.slots })
  const vm = await createVM({
    common,
    stateManager: state,
    blockchain: createBlockchain(blockHashes),
  })
  await keepJumpAnalyses(vm)
  return {
    vm,
    state,
    moveTo: async (stateRoot) => {
      while (state.openCheckpoints > 0) await state.revert()
      vm.evm.journal.cleanJournal()
      await state.setStateRoot(stateRoot)
    },
  }
}

function createCaches(mostTouched: number): Caches {
  return new Caches({
    account: { size: Math.max(CACHED.accounts, mostTouched), type: CacheType.LRU },
    storage: { size: Math.max(CACHED.contracts, mostTouched), type: CacheType.LRU },
    code: { size: CACHED.codes, type: CacheType.LRU },
  })
}

/** The VM asks a blockchain for hashes of earlier blocks, and for nothing else. */
function createBlockchain(blockHashes: BlockHashes) {
  const blockchain = {
    getBlock: async (id: number | Uint8Array) => {
      if (typeof id !== 'number') throw new TypeError('The VM asks for blocks by number.')
      const hash = await blockHashes(BigInt(id))
      return { hash: () => hash }
    },
    putBlock: async () => {},
    shallowCopy: () => blockchain,
  }
  return blockchain
}
