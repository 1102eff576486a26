import { numberToHex, type Hex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { carriedFeesOf } from '../src/consensus/carried-fees.ts'
import type { ExecutionPayload } from '../src/execution/execution-engine.ts'
import { buildGeth } from './geth/build-geth.ts'
import { ask, startGeth, type GethProcess } from './geth/geth-process.ts'
import { startRandomChain, type RandomChain } from './geth/random-chain.ts'

const geth = buildGeth()
const SEED = Number(process.env['NEXQLOUD_SEED'] ?? 20_261_125)
const [BLOCKS, PER_BLOCK] = [42, 60]
const GWEI = 10n ** 9n

describe(`geth, shown 2,000 random transactions (seed ${SEED})`, () => {
  let other: GethProcess
  let ours: RandomChain
  let payloads: readonly ExecutionPayload[]

  beforeAll(async () => {
    if (geth === undefined) return
    ours = await startRandomChain({ seed: SEED, perBlock: PER_BLOCK })
    other = await startGeth(geth, ours.genesis.source)
  })
  afterAll(() => (geth === undefined ? undefined : other.stop()))
  beforeEach((context) => {
    if (geth === undefined) context.skip('There is no Go here to build geth with.')
  })

  test('begins with the same block 0', async () => {
    expect(await hashAt(other.url, 0n)).toBe(await ours.head())
  })

  test('finds every block valid, and comes to the same state', async () => {
    const made: ExecutionPayload[] = []
    for (let number = 1; number <= BLOCKS; number += 1) {
      const payload = await ours.makeBlock()
      made.push(payload)
      expect(await other.engine.newPayload(payload)).toEqual({ status: 'VALID' })
      expect(await other.engine.forkchoiceUpdated(payload.blockHash)).toEqual({ status: 'VALID' })
      expect(await hashAt(other.url, payload.blockNumber)).toBe(payload.blockHash)
    }
    payloads = made
  })

  test('has the same receipts, one by one', async () => {
    for (const { blockNumber } of payloads) {
      const theirs = (await ask(
        other.url,
        'eth_getBlockReceipts',
        numberToHex(blockNumber),
      )) as readonly Receipt[]
      const receipts = (await ours.reader.receipts(blockNumber)) ?? []
      expect(theirs.map(summarise)).toEqual(
        receipts.map(({ isSuccess, cumulativeGasUsed, logs }) => ({
          isSuccess,
          cumulativeGasUsed,
          logs: logs.length,
        })),
      )
    }
  })

  test('was given back every burnt fee, but for what the last block carries', async () => {
    const burnt = payloads.reduce(
      (sum, { gasUsed, baseFeePerGas }) => sum + gasUsed * baseFeePerGas,
      0n,
    )
    const paid = payloads.flatMap(({ withdrawals }) =>
      withdrawals.map(({ amountGwei }) => amountGwei),
    )
    const returned = paid.reduce((sum, gwei) => sum + gwei * GWEI, 0n)
    const last = payloads.at(-1)
    const block = await ours.reader.block(BigInt(BLOCKS))
    if (last === undefined || block === undefined) throw new Error('There is no block.')
    expect(returned).toBeGreaterThan(0n)
    expect(burnt - returned).toBe(carriedFeesOf(block) + last.gasUsed * last.baseFeePerGas)
  })

  test('saw what the story was made for', async () => {
    const all = payloads.flatMap(({ transactions }) => transactions)
    expect(all.length).toBeGreaterThan(2000)
    // Types 1 and 2 begin with their number, the list that type 0 is with at least 0xc0.
    expect(new Set(all.map(([first = 0]) => Math.min(first, 3)))).toEqual(new Set([1, 2, 3]))
    expect(payloads.some(({ transactions }) => transactions.length === 0)).toBe(true)
    const receipts = await Promise.all(
      payloads.map(async ({ blockNumber }) => (await ours.reader.receipts(blockNumber)) ?? []),
    )
    const failed = receipts.flat().filter(({ isSuccess }) => !isSuccess)
    expect(failed.length).toBeGreaterThan(200)
    expect(failed.length).toBeLessThan(1200)
  })
})

type Receipt = {
  readonly status: Hex
  readonly cumulativeGasUsed: Hex
  readonly logs: readonly unknown[]
}

function summarise({ status, cumulativeGasUsed, logs }: Receipt) {
  return {
    isSuccess: status === '0x1',
    cumulativeGasUsed: BigInt(cumulativeGasUsed),
    logs: logs.length,
  }
}

async function hashAt(url: string, number: bigint): Promise<unknown> {
  const block = await ask(url, 'eth_getBlockByNumber', numberToHex(number), false)
  return (block as { readonly hash: Hex } | null)?.hash
}
