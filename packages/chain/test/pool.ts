/** A pool, and transactions for it. */

import { Block, createBlockHeader } from '@ethereumjs/block'
import { createTxFromRLP } from '@ethereumjs/tx'
import { WEI_PER_NXQ } from '@nexqloud/kernel'
import type { Hex } from 'viem'

import { createChainCommon } from '../src/execution/chain-common.ts'
import type { GenesisFile } from '../src/genesis/genesis-file.ts'
import { openPool, type PoolParts } from '../src/pool/pool.ts'
import type { SenderState } from '../src/pool/sender-transactions.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { poolRange } from '../src/store/tables.ts'
import { accountOf } from './local-genesis.ts'

/** What is different from a pool in which every sender has one NXQ. */
export type TestPoolOptions = {
  readonly states?: Record<number, SenderState>
  readonly masternodes?: readonly number[]
  readonly capacity?: PoolParts['capacity']
  readonly failure?: Error
  /** Reads of a sender take so long; what they say is of when they began. */
  readonly delay?: Promise<void>
}

/** Opens a pool on the state of a table. */
export async function openTestPool(
  genesis: GenesisFile,
  { states = {}, masternodes = [], capacity, failure, delay }: TestPoolOptions = {},
) {
  const common = createChainCommon(genesis)
  const memory = createMemoryStore()
  const store = {
    ...memory,
    ...(failure !== undefined && { write: () => Promise.reject(failure) }),
  }
  let nowMs = 0
  const parts: PoolParts = {
    store,
    common,
    blockGasLimit: genesis.gasLimit,
    readSender: async (sender) => {
      const number = Object.keys(states).find((name) => senderOf(Number(name)) === sender)
      const state = states[Number(number)] ?? { nonce: 0n, balance: WEI_PER_NXQ }
      await delay
      return state
    },
    isMasternode: (sender) => masternodes.map(senderOf).includes(sender),
    nowMs: () => nowMs,
    ...(capacity !== undefined && { capacity }),
  }
  const pool = await openPool(parts)
  const blockOf = (...raws: readonly Uint8Array[]): Block => {
    const transactions = raws.map((raw) => createTxFromRLP(raw, { common }))
    return new Block(createBlockHeader({}, { common }), transactions, [], [], { common })
  }
  return {
    store,
    states,
    pool,
    /** Returns a head with these transactions. */
    blockOf,
    /** Tells of a head with these transactions. */
    update: (...raws: readonly Uint8Array[]) => pool.update(blockOf(...raws)),
    /** Opens a pool on the same disk, with other rules if a test says so. */
    reopen: (rules: Partial<PoolParts> = {}) => openPool({ ...parts, ...rules }),
    /** How many transactions are on the disk. */
    countKept: async () => {
      let count = 0
      for await (const _ of store.entries(poolRange())) count += 1
      return count
    },
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

/** Fees of nothing. */
export const free = { maxFeePerGas: 0n, maxPriorityFeePerGas: 0n } as const

/** A transfer that pays as much as its nonce is. */
export function pays(nonce: number) {
  return { nonce, maxFeePerGas: 100n, maxPriorityFeePerGas: BigInt(nonce), gas: 21_000n, to: zero }
}

const zero = `0x${'00'.repeat(20)}` as const

/** Returns the name of a test's account in the pool. */
export function senderOf(number: number): Hex {
  return accountOf(number).address.toLowerCase() as Hex
}

/** Returns nonces in the order of their transactions. */
export function noncesOf(pooled: readonly { readonly transaction: { readonly nonce: bigint } }[]) {
  return pooled.map(({ transaction }) => transaction.nonce)
}
