import type { Common } from '@ethereumjs/common'
import { bytesToHex, equalsBytes } from '@ethereumjs/util'
import { BaseError } from '@nexqloud/kernel'

import { writesOf } from '../execution/block-writes.ts'
import { createMachine } from '../execution/machine.ts'
import { createTrieDatabase } from '../execution/trie-database.ts'
import type { KeyValueStore } from '../store/key-value-store.ts'
import { metaKey } from '../store/tables.ts'
import { createGenesisBlock, loadGenesisState } from './genesis-block.ts'
import type { GenesisFile } from './genesis-file.ts'

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

/**
 * Puts block 0 into a store that is new; leaves one alone that has it already. Repeatable: it is one write.
 *
 * @throws {@link OtherGenesisError} where the store began with another block 0.
 */
export async function foundChain(
  store: KeyValueStore,
  { genesis, common }: { readonly genesis: GenesisFile; readonly common: Common },
): Promise<void> {
  const database = createTrieDatabase({ get: async () => undefined, location: 'memory' })
  const machine = await createMachine({ common, database, blockHashes: refuseHash })
  const stateRoot = await loadGenesisState(machine, genesis)
  const block = createGenesisBlock(genesis, { common, stateRoot })
  const wanted = block.hash()
  const found = await store.get(metaKey('genesis'))
  if (found === undefined) {
    const writes = writesOf({ block, receipts: [], stateWrites: database.takeWrites() })
    await store.write([...writes, { key: metaKey('genesis'), value: wanted }])
  } else if (!equalsBytes(found, wanted)) {
    throw new OtherGenesisError(bytesToHex(found), bytesToHex(wanted))
  }
}

async function refuseHash(): Promise<never> {
  throw new RangeError('Nothing came before genesis.')
}
