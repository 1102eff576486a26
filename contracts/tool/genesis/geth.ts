import { hash } from 'node:crypto'

import { createBlockHeader } from '@ethereumjs/block'
import { createCommonFromGethGenesis, type Common } from '@ethereumjs/common'
import { bytesToHex, numberToHex, stringToHex, toBytes, type Address, type Hex } from 'viem'

import type { Parameters } from './parameters.ts'

/** An account as genesis has it. */
export type AllocAccount = {
  readonly balance: Hex
  readonly nonce?: Hex
  readonly code?: Hex
  /** 32 bytes → 32 bytes, no zero values, ascending. */
  readonly storage?: Readonly<Record<Hex, Hex>>
}

/** All accounts of genesis, ascending. */
export type Alloc = Readonly<Record<Address, AllocAccount>>

/** A genesis file as geth reads it; other clients of Ethereum do too. */
export type GethGenesis = {
  /** Chain id and forks. */
  readonly config: { readonly chainId: number } & Readonly<Record<string, unknown>>
  readonly nonce: Hex
  readonly timestamp: Hex
  /** The chain's name in ASCII. */
  readonly extraData: Hex
  readonly gasLimit: Hex
  readonly difficulty: Hex
  readonly mixHash: Hex
  readonly coinbase: Address
  readonly baseFeePerGas: Hex
  readonly alloc: Alloc
}

/** All forks up to Cancun from the first block on; geth refuses to start without the two last entries. */
const forks = {
  homesteadBlock: 0,
  eip150Block: 0,
  eip155Block: 0,
  eip158Block: 0,
  byzantiumBlock: 0,
  constantinopleBlock: 0,
  petersburgBlock: 0,
  istanbulBlock: 0,
  berlinBlock: 0,
  londonBlock: 0,
  shanghaiTime: 0,
  cancunTime: 0,
  terminalTotalDifficulty: 0,
  blobSchedule: { cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 } },
}

/** Returns the genesis file of a network. The base fee starts at 0, so that a network where nobody owns NXQ can start. */
export function createGethGenesis(
  { chain }: Parameters,
  genesisTime: number,
  alloc: Alloc,
): GethGenesis {
  return {
    config: { chainId: chain.chainId, ...forks },
    nonce: '0x0',
    timestamp: numberToHex(genesisTime),
    extraData: stringToHex(chain.name),
    gasLimit: numberToHex(chain.gasLimit),
    difficulty: '0x0',
    mixHash: numberToHex(0, { size: 32 }),
    coinbase: numberToHex(0, { size: 20 }),
    baseFeePerGas: '0x0',
    alloc,
  }
}

/** Returns the rules of a network's chain. */
export function createCommon(genesis: GethGenesis): Common {
  return createCommonFromGethGenesis(genesis, {
    chain: Buffer.from(toBytes(genesis.extraData)).toString('ascii'),
    hardfork: 'cancun',
    customCrypto: { keccak256: (bytes) => hash('keccak-256', bytes, 'buffer') },
  })
}

/** Returns the hash of the genesis block over a state. */
export function hashGenesisBlock(genesis: GethGenesis, stateRoot: Hex): Hex {
  const { timestamp, gasLimit, extraData } = genesis
  const header = createBlockHeader(
    { number: 0n, timestamp, gasLimit, extraData, baseFeePerGas: 0n, difficulty: 0n, stateRoot },
    { common: createCommon(genesis), skipConsensusFormatValidation: true },
  )
  return bytesToHex(header.hash())
}
