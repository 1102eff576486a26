import type { Block } from '@ethereumjs/block'

import type { ChainView } from '../chain-view.ts'
import type { Receipt } from '../store/receipt.ts'
import { toQuantity } from './format/quantity.ts'
import { effectiveTip } from './format/transaction-json.ts'

/** Most blocks of one history, as geth has it. */
const MOST_BLOCKS = 1024n

/** Blocks that the suggested tip is taken from, and how many of a hundred of their transactions paid no more. */
const SAMPLE = { blocks: 20n, percentile: 60 } as const

/** What a history is asked for. */
export type FeeQuestion = {
  readonly count: bigint
  readonly newest: bigint
  /** From 0 to 100, ascending. */
  readonly percentiles: readonly number[]
}

/** Returns what gas cost in the blocks up to `newest`, and the base fee of the one after it. */
export async function feeHistory(
  { reader }: Pick<ChainView, 'reader'>,
  { count, newest, percentiles }: FeeQuestion,
) {
  const oldest = oldestOf({ count, newest })
  const blocks: Block[] = []
  const rewards: string[][] = []
  for (let number = oldest; number <= newest; number += 1n) {
    const block = await reader.block(number)
    if (block === undefined) break
    blocks.push(block)
    if (percentiles.length === 0) continue
    const receipts = (await reader.receipts(number)) ?? []
    rewards.push(tipsAt(percentiles, { block, receipts }).map(toQuantity))
  }
  const baseFees = blocks.map(({ header }) => header.baseFeePerGas ?? 0n)
  const last = blocks.at(-1)
  if (last !== undefined) baseFees.push(last.header.calcNextBaseFee())
  return {
    oldestBlock: toQuantity(count === 0n ? 0n : oldest),
    baseFeePerGas: baseFees.map(toQuantity),
    gasUsedRatio: blocks.map(({ header }) => Number(header.gasUsed) / Number(header.gasLimit)),
    baseFeePerBlobGas: baseFees.map(() => '0x1'),
    blobGasUsedRatio: blocks.map(() => 0),
    ...(percentiles.length > 0 && { reward: rewards }),
  }
}

function oldestOf({ count, newest }: Pick<FeeQuestion, 'count' | 'newest'>): bigint {
  const wanted = count < MOST_BLOCKS ? count : MOST_BLOCKS
  return wanted > newest + 1n ? 0n : newest - wanted + 1n
}

/** Returns the tip that recent transactions paid; 0 where there were none, for then nobody competes for a block. */
export async function suggestTip({ reader, head }: Pick<ChainView, 'reader' | 'head'>) {
  const newest = head().header.number
  const tips: bigint[] = []
  for (let number = newest; number >= 0n && number > newest - SAMPLE.blocks; number -= 1n) {
    const block = await reader.block(number)
    for (const transaction of block?.transactions ?? [])
      tips.push(effectiveTip(transaction, block!))
  }
  const sorted = tips.toSorted((a, b) => (a < b ? -1 : Number(a > b)))
  return sorted[Math.floor(((sorted.length - 1) * SAMPLE.percentile) / 100)] ?? 0n
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
