import { hash } from 'node:crypto'

import type { Common } from '@ethereumjs/common'
import { bytesToHex, concatBytes, equalsBytes } from '@ethereumjs/util'
import { BaseError } from '@nexqloud/kernel'

import type { GenesisFile } from '../genesis/genesis-file.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { metaKey } from '../store/tables.ts'
import { writesOf } from './block-writes.ts'
import { createGenesisBlock, loadGenesisState } from './genesis-block.ts'
import { createMachine } from './machine.ts'
import { createTrieDatabase } from './trie-database.ts'

/** The data folder holds another chain. */
export class OtherGenesisError extends BaseError {
  readonly found: string
  readonly wanted: string

  constructor(found: string, wanted: string) {
    super(
      `The data folder holds the chain that began with ${found}; this network began with ${wanted}.`,
      {
        code: 'CHAIN_OTHER_GENESIS',
        kind: 'conflict',
        hint: 'Name the folder of this network with --data, or give the genesis of the other one.',
      },
    )
    this.found = found
    this.wanted = wanted
  }
}

/** What a chain is founded with. */
type Founding = { readonly genesis: GenesisFile; readonly common: Common }

/** Bytes of a block's hash. */
const HASH_BYTES = 32

/**
 * Puts block 0 into a store that is new; leaves one alone that has it already. Repeatable: it is one write. Beside block
 * 0's hash stands the digest of the file that it was made of, so that later starts need not make it again.
 *
 * @throws {@link OtherGenesisError} where the store began with another block 0.
 */
export async function foundChain(store: KeyValueStore, founding: Founding): Promise<void> {
  const digest = digestOf(founding.genesis)
  const found = await store.get(metaKey('genesis'))
  if (found !== undefined && equalsBytes(found.subarray(HASH_BYTES), digest)) return
  const { writes, hash: made } = await makeBlock(founding)
  const mark = { key: metaKey('genesis'), value: concatBytes(made, digest) }
  if (found === undefined) return store.write([...writes, mark])
  const began = found.subarray(0, HASH_BYTES)
  if (!equalsBytes(began, made)) throw new OtherGenesisError(bytesToHex(began), bytesToHex(made))
  // The same block, of a file that is written otherwise.
  await store.write([mark])
}

async function makeBlock({ genesis, common }: Founding) {
  const database = createTrieDatabase({ get: async () => undefined, location: 'memory' })
  const mostTouched = Object.keys(genesis.alloc).length
  const machine = await createMachine({ common, database, blockHashes: refuseHash, mostTouched })
  const stateRoot = await loadGenesisState(machine, genesis)
  const block = createGenesisBlock(genesis, { common, stateRoot })
  const writes = writesOf({ block, receipts: [], stateWrites: database.takeWrites() })
  return { writes, hash: block.hash() }
}

/** SHA-256 of a genesis as it was read. */
function digestOf({ source }: GenesisFile): Uint8Array {
  return hash('sha256', JSON.stringify(source), 'buffer')
}

async function refuseHash(): Promise<never> {
  throw new RangeError('Nothing came before genesis.')
}
