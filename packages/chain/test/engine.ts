/** An engine on a chain of its own, and transactions for it. */

import { bytesToHex, hexToBytes, SECP256K1_ORDER } from '@ethereumjs/util'
import {
  numberToHex,
  parseTransaction,
  serializeTransaction,
  type Hex,
  type TransactionSerializable,
  type TransactionSerializedEIP1559,
} from 'viem'

import { createChainCommon } from '../src/execution/chain-common.ts'
import type {
  ExecutionEngine,
  ExecutionPayload,
  PayloadAttributes,
} from '../src/execution/execution-engine.ts'
import { foundChain } from '../src/execution/found-chain.ts'
import { openLocalEngine } from '../src/execution/local-engine.ts'
import type { WorkClock } from '../src/execution/work-clock.ts'
import type { GenesisFile } from '../src/genesis/genesis-file.ts'
import { createChainReader, type ChainReader } from '../src/store/chain-reader.ts'
import type { KeyValueStore } from '../src/store/key-value-store.ts'
import { createMemoryStore } from '../src/store/memory-store.ts'
import { accountOf } from './local-genesis.ts'

/** Time that does not pass: nothing takes any. */
const still: WorkClock = { steadyMs: () => 0, cpuMs: () => 0 }
const word = `0x${'00'.repeat(32)}` as const

/** Opens an engine in memory at block 0 of a genesis, on a store that `wrap` may change. */
export async function openTestEngine(
  genesis: GenesisFile,
  {
    clock = still,
    wrap = (store) => store,
  }: {
    readonly clock?: WorkClock
    readonly wrap?: (store: KeyValueStore) => KeyValueStore
  } = {},
) {
  const common = createChainCommon(genesis)
  const store = wrap(createMemoryStore())
  await foundChain(store, { genesis, common })
  const reader = createChainReader(store, common)
  const engine = await openLocalEngine({ store, reader, common, clock })
  return { common, store, reader, engine, head: () => headOf(reader) }
}

/** Returns the hash of the newest block. */
export async function headOf(reader: ChainReader): Promise<Hex> {
  const block = await reader.block((await reader.headNumber()) ?? 0n)
  return bytesToHex(block?.hash() ?? new Uint8Array())
}

/** Builds a block on top of `head`, a second after 1,700,000,000 for each of `age`; decides nothing. */
export async function buildOn(
  engine: ExecutionEngine,
  head: Hex,
  attributes: Partial<PayloadAttributes> & { readonly age?: number } = {},
) {
  const { age = 1, ...given } = attributes
  const answer = await engine.forkchoiceUpdated(head, {
    timestamp: BigInt(1_700_000_000 + age),
    prevRandao: word,
    feeRecipient: `0x${'fe'.repeat(20)}`,
    extraData: '0x',
    withdrawals: [],
    parentBeaconBlockRoot: word,
    transactions: [],
    ...given,
  })
  if (answer.payloadId === undefined) throw new Error(`No block was begun: ${answer.status}`)
  return engine.getPayload(answer.payloadId)
}

/** Returns a transaction of a test's account, signed. */
export async function signAs(
  number: number,
  transaction: Partial<TransactionSerializable> & { readonly nonce: number },
): Promise<{ readonly raw: Uint8Array }> {
  const signed = await accountOf(number).signTransaction({
    chainId: 5_134_418,
    type: 'eip1559',
    gas: 100_000n,
    maxFeePerGas: 10n ** 9n,
    maxPriorityFeePerGas: 0n,
    ...transaction,
  } as TransactionSerializable)
  return { raw: hexToBytes(signed) }
}

/** Returns the same transaction with the other signature that fits it, whose s is high (EIP-2). */
export function withHighS({ raw }: { readonly raw: Uint8Array }): { readonly raw: Uint8Array } {
  const { r, s, yParity, ...transaction } = parseTransaction(
    bytesToHex(raw) as TransactionSerializedEIP1559,
  )
  const high = numberToHex(SECP256K1_ORDER - BigInt(s ?? 0), { size: 32 })
  const signature = { r: r ?? '0x', s: high, yParity: yParity === 0 ? 1 : 0 }
  return { raw: hexToBytes(serializeTransaction(transaction, signature)) }
}

/** A payload with another field, under the hash that it had. */
export function tamper(payload: ExecutionPayload, change: Partial<ExecutionPayload>) {
  return { ...payload, ...change }
}
