import type { Common } from '@ethereumjs/common'
import { getMerkleStateProof, MerkleStateManager } from '@ethereumjs/statemanager'
import {
  type Account,
  bytesToBigInt,
  bytesToHex,
  createAddressFromString,
  hexToBytes,
} from '@ethereumjs/util'
import type { Hex } from 'viem'

import { createRememberingTrie } from '../execution/remembering-trie.ts'
import { createTrieDatabase } from '../execution/trie-database.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'

/** An account as a state has it. */
export type AccountState = {
  readonly nonce: bigint
  /** Wei. */
  readonly balance: bigint
  /** Zeros where there is no such account. */
  readonly codeHash: Hex
  /** Root of its storage; zeros where there is no such account. */
  readonly storageHash: Hex
}

/** That an account and some of its slots are in a state, or are not: EIP-1186. */
export type StateProof = AccountState & {
  /** Nodes of the state trie from the root down to the account. */
  readonly accountProof: readonly Hex[]
  /** One for each slot that was asked for, in their order. */
  readonly storageProof: readonly StorageProof[]
}

type StorageProof = {
  /** 32 bytes. */
  readonly slot: Hex
  readonly value: bigint
  /** Nodes of the account's storage trie from its root down to the slot. */
  readonly proof: readonly Hex[]
}

/** A state, as it was after some block. */
export type State = {
  /** Returns an account; one that does not exist has nothing. */
  readonly account: (address: Hex) => Promise<AccountState>
  /** Returns a contract's code; `0x` where there is none. */
  readonly code: (address: Hex) => Promise<Hex>
  /** Returns what a slot (32 bytes) of a contract holds: 32 bytes. */
  readonly storage: (address: Hex, slot: Hex) => Promise<Hex>
  /** Returns the proof of an account and of slots (32 bytes each). */
  readonly prove: (address: Hex, slots: readonly Hex[]) => Promise<StateProof>
}

/** Reads the state with this root, on the calling thread and without a virtual machine. */
export type StateReader = (stateRoot: Uint8Array) => Promise<State>

/** Returns a reader of every state in a store; it never writes. */
export function createStateReader(
  store: Pick<KeyValueStore, 'get' | 'location'>,
  common: Common,
): StateReader {
  const tries = createRememberingTrie(createTrieDatabase(store), common)
  return async (root) => {
    const trie = tries.shallowCopy()
    trie.root(root)
    const manager = new MerkleStateManager({ trie, common })
    const account = async (address: Hex): Promise<AccountState> => {
      const found = await manager.getAccount(createAddressFromString(address))
      return found === undefined ? absent : toAccountState(found)
    }
    return {
      account,
      code: async (address) => bytesToHex(await manager.getCode(createAddressFromString(address))),
      storage: async (address, slot) => {
        const value = await manager.getStorage(createAddressFromString(address), hexToBytes(slot))
        return toWord(bytesToBigInt(value))
      },
      prove: async (address, slots) => ({
        ...(await account(address)),
        ...(await prove(manager, { address, slots })),
      }),
    }
  }
}

const absent: AccountState = {
  nonce: 0n,
  balance: 0n,
  codeHash: toWord(0n),
  storageHash: toWord(0n),
}

function toAccountState({ nonce, balance, codeHash, storageRoot }: Account): AccountState {
  return {
    nonce,
    balance,
    codeHash: bytesToHex(codeHash),
    storageHash: bytesToHex(storageRoot),
  }
}

async function prove(
  manager: MerkleStateManager,
  { address, slots }: { readonly address: Hex; readonly slots: readonly Hex[] },
): Promise<Pick<StateProof, 'accountProof' | 'storageProof'>> {
  const { accountProof, storageProof } = await getMerkleStateProof(
    manager,
    createAddressFromString(address),
    slots.map((slot) => hexToBytes(slot)),
  )
  return {
    accountProof,
    storageProof: slots.map((slot, index) => {
      const { value = '0x0', proof = [] } = storageProof[index] ?? {}
      return { slot, value: BigInt(value), proof }
    }),
  }
}

function toWord(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}
