import { Block, createBlockHeader, type BlockHeader } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { Account, createAddressFromString, hexToBytes } from '@ethereumjs/util'

import type { GenesisFile } from '../genesis/genesis-file.ts'
import type { Machine } from './machine.ts'

/** Puts a genesis's accounts into a machine on the empty state, and returns the root of what that makes. */
export async function loadGenesisState(
  machine: Machine,
  { alloc }: GenesisFile,
): Promise<Uint8Array> {
  const { state } = machine
  await state.checkpoint()
  for (const [text, { balance, nonce, code, storage }] of Object.entries(alloc)) {
    const address = createAddressFromString(text)
    await state.putAccount(address, new Account(nonce, balance))
    if (code !== '0x') await state.putCode(address, hexToBytes(code))
    for (const [slot, value] of Object.entries(storage)) {
      await state.putStorage(
        address,
        hexToBytes(slot as `0x${string}`),
        trimZeros(hexToBytes(value)),
      )
    }
  }
  await state.commit()
  return state.getStateRoot()
}

/** Returns block 0 over a state. */
export function createGenesisBlock(
  genesis: GenesisFile,
  { common, stateRoot }: { readonly common: Common; readonly stateRoot: Uint8Array },
): Block {
  const options = { common, skipConsensusFormatValidation: true }
  const header: BlockHeader = createBlockHeader(
    {
      number: 0n,
      timestamp: genesis.timestamp,
      gasLimit: genesis.gasLimit,
      extraData: genesis.extraData,
      baseFeePerGas: genesis.baseFeePerGas,
      difficulty: 0n,
      stateRoot,
    },
    options,
  )
  return new Block(header, [], [], [], options)
}

/** A storage trie holds no leading zeros. */
function trimZeros(value: Uint8Array): Uint8Array {
  const first = value.findIndex((byte) => byte !== 0)
  return first === -1 ? new Uint8Array() : value.subarray(first)
}
