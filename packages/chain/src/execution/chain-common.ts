import { hash } from 'node:crypto'

import {
  Common,
  parseGethGenesis,
  type ChainConfig,
  type GethGenesis,
  type ParamsDict,
} from '@ethereumjs/common'
import { setLengthLeft } from '@ethereumjs/util'
import secp256k1 from 'secp256k1'

import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createPointEvaluation } from './point-evaluation.ts'

/**
 * The rules of a chain on which no fork is ahead. Every transaction, block and VM asks for a copy and hands its parameters
 * to it; here all of them share one, which takes each set of parameters once. Copying and indexing them for each
 * transaction costs more than executing a transfer.
 */
class ChainCommon extends Common {
  readonly #taken = new Set<ParamsDict>()

  override updateParams(params: ParamsDict): void {
    if (this.#taken.has(params)) return
    super.updateParams(params)
    this.#taken.add(params)
  }

  override copy(): Common {
    return this
  }
}

/** Returns the rules of a genesis's chain: Cancun from block 0 on, with native cryptography. */
export function createChainCommon({ source }: GenesisFile): Common {
  const { name = 'NexQloud', ...chain } = parseGethGenesis(source as GethGenesis)
  return new ChainCommon({
    chain: { ...chain, name } as unknown as ChainConfig,
    hardfork: 'cancun',
    customCrypto: {
      keccak256,
      ecrecover: recoverPublicKey,
      kzg: createPointEvaluation(),
    },
  })
}

/** Returns the hash that Ethereum names everything by. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return hash('keccak-256', bytes, 'buffer')
}

/** Returns the 64 bytes of the key that signed; `v` as a transaction has it, with its chain's id or without. */
function recoverPublicKey(
  message: Uint8Array,
  v: bigint,
  ...[r, s, chainId]: readonly [Uint8Array, Uint8Array, bigint?]
): Uint8Array {
  const signature = new Uint8Array(64)
  signature.set(setLengthLeft(r, 32))
  signature.set(setLengthLeft(s, 32), 32)
  const recovery = chainId === undefined ? (v >= 27n ? v - 27n : v) : v - (chainId * 2n + 35n)
  return secp256k1.ecdsaRecover(signature, Number(recovery), message, false).subarray(1)
}
