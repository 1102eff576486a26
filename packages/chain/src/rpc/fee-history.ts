import type { Block } from '@ethereumjs/block'
import { LRUCache } from 'lru-cache'

import type { ChainView } from '../chain-view.ts'
import type { Receipt } from '../store/receipt.ts'
import { toQuantity } from './format/quantity.ts'
import { effectiveTip } from './format/transaction-json.ts'

/** Most blocks of one history, as geth has it. */
const MOST_BLOCKS = 1024n

/** Blocks whose fees are remembered, as geth has it. */
const KNOWN_BLOCKS = 2048

/** What reading a block costs besides its transactions: some tenths of a millisecond. */
const COST_OF_BLOCK = 5

/** What a history is asked for. */
export type FeeQuestion = {
  readonly count: bigint
  readonly newest: bigint
  /** From 0 to 100, ascending. */
  readonly percentiles: readonly number[]
}

/** Answers what gas cost in the blocks up to `newest`, and the base fee of the one after it. */
export type FeeHistory = (question: FeeQuestion, spend: Spend) => Promise<FeeHistoryJson>

/**
 * Told before each block that has to be read what that costs: 1 for each of its transactions, and a little for itself.
 *
 * @throws where it costs too much.
 */
export type Spend = (cost: number) => void

/** What geth answers. */
export type FeeHistoryJson = {
  readonly oldestBlock: string
  readonly baseFeePerGas: readonly string[]
  readonly gasUsedRatio: readonly number[]
  readonly baseFeePerBlobGas: readonly string[]
  readonly blobGasUsedRatio: readonly number[]
  readonly reward?: readonly (readonly string[])[]
}

/** What one block says of fees. */
type BlockFees = {
  readonly baseFee: bigint
  readonly nextBaseFee: bigint
  readonly gasUsedRatio: number
  readonly rewards: readonly string[]
}

/** Returns histories of a chain; blocks that were asked for lately are not read again. */
export function createFeeHistory(view: Pick<ChainView, 'reader'>): FeeHistory {
  const known = new LRUCache<string, BlockFees>({ max: KNOWN_BLOCKS })

  async function feesOf(
    number: bigint,
    { percentiles, spend }: { readonly percentiles: readonly number[]; readonly spend: Spend },
  ): Promise<BlockFees | undefined> {
    const name = `${number}:${percentiles.join()}`
    const found = known.get(name) ?? (await readFees(view, { number, percentiles, spend }))
    if (found !== undefined) known.set(name, found)
    return found
  }

  return async ({ count, newest, percentiles }, spend) => {
    const oldest = oldestOf({ count, newest })
    const blocks: BlockFees[] = []
    for (let number = oldest; number <= newest; number += 1n) {
      const fees = await feesOf(number, { percentiles, spend })
      if (fees === undefined) break
      blocks.push(fees)
    }
    const baseFees = blocks.map(({ baseFee }) => baseFee)
    const last = blocks.at(-1)
    if (last !== undefined) baseFees.push(last.nextBaseFee)
    return {
      oldestBlock: toQuantity(count === 0n ? 0n : oldest),
      baseFeePerGas: baseFees.map(toQuantity),
      gasUsedRatio: blocks.map(({ gasUsedRatio }) => gasUsedRatio),
      baseFeePerBlobGas: baseFees.map(() => '0x1'),
      blobGasUsedRatio: blocks.map(() => 0),
      ...(percentiles.length > 0 && { reward: blocks.map(({ rewards }) => rewards) }),
    }
  }
}

type Reading = {
  readonly number: bigint
  readonly percentiles: readonly number[]
  readonly spend: Spend
}

async function readFees(
  { reader }: Pick<ChainView, 'reader'>,
  { number, percentiles, spend }: Reading,
): Promise<BlockFees | undefined> {
  const summary = await reader.summary(number)
  if (summary === undefined) return undefined
  const { header, transactionCount } = summary
  const areTipsWanted = percentiles.length > 0
  spend(COST_OF_BLOCK + (areTipsWanted ? transactionCount : 0))
  const block = areTipsWanted ? await reader.block(number) : undefined
  const receipts = areTipsWanted ? await reader.receipts(number) : undefined
  const tips = block === undefined ? [] : tipsAt(percentiles, { block, receipts: receipts ?? [] })
  return {
    baseFee: header.baseFeePerGas ?? 0n,
    nextBaseFee: header.calcNextBaseFee(),
    gasUsedRatio: Number(header.gasUsed) / Number(header.gasLimit),
    rewards: tips.map(toQuantity),
  }
}

function oldestOf({ count, newest }: Pick<FeeQuestion, 'count' | 'newest'>): bigint {
  const wanted = count < MOST_BLOCKS ? count : MOST_BLOCKS
  return wanted > newest + 1n ? 0n : newest - wanted + 1n
}

/** Returns the tips below which such parts of a block's gas paid. */
function tipsAt(
  percentiles: readonly number[],
  { block, receipts }: { readonly block: Block; readonly receipts: readonly Receipt[] },
): readonly bigint[] {
  const paid = block.transactions
    .map((transaction, index) => ({
      tip: effectiveTip(transaction, block),
      gas: gasOf(receipts, index),
    }))
    .toSorted((a, b) => (a.tip < b.tip ? -1 : Number(a.tip > b.tip)))
  return percentiles.map((percentile) => {
    const threshold = (Number(block.header.gasUsed) * percentile) / 100
    let sum = 0
    for (const { tip, gas } of paid) {
      sum += gas
      if (sum >= threshold) return tip
    }
    return paid.at(-1)?.tip ?? 0n
  })
}

function gasOf(receipts: readonly Receipt[], index: number): number {
  const before = receipts[index - 1]?.cumulativeGasUsed ?? 0n
  return Number((receipts[index]?.cumulativeGasUsed ?? before) - before)
}
