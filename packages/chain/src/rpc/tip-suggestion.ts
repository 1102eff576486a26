import { LRUCache } from 'lru-cache'

import type { ChainView } from '../chain-view.ts'
import { effectiveTip } from './format/transaction-json.ts'

/** Blocks that the tip is taken from, and how many of a hundred of their transactions paid no more. */
const SAMPLE = { blocks: 20, percentile: 60 } as const

/** Returns the tip that recent transactions paid; 0 where there were none, for then nobody competes for a block. */
export type TipSuggestion = () => Promise<bigint>

/**
 * Returns the suggestions of a chain. Every wallet asks before it sends: each block is read once, and as it may be a large one, its tips are
 * all that is kept.
 */
export function createTipSuggestion({
  reader,
  head,
}: Pick<ChainView, 'reader' | 'head'>): TipSuggestion {
  const known = new LRUCache<bigint, readonly bigint[]>({ max: 2 * SAMPLE.blocks })

  async function tipsOf(number: bigint): Promise<readonly bigint[]> {
    const found = known.get(number)
    if (found !== undefined) return found
    const block = await reader.block(number)
    if (block === undefined) return []
    const tips = block.transactions.map((transaction) => effectiveTip(transaction, block))
    known.set(number, tips)
    return tips
  }

  return async () => {
    const newest = head().header.number
    const tips: bigint[] = []
    for (let number = oldestOf(newest); number <= newest; number += 1n) {
      tips.push(...(await tipsOf(number)))
    }
    return percentileOf(tips)
  }
}

function oldestOf(newest: bigint): bigint {
  const oldest = newest - BigInt(SAMPLE.blocks) + 1n
  return oldest > 0n ? oldest : 0n
}

function percentileOf(tips: readonly bigint[]): bigint {
  const sorted = tips.toSorted((a, b) => (a < b ? -1 : Number(a > b)))
  return sorted[Math.floor(((sorted.length - 1) * SAMPLE.percentile) / 100)] ?? 0n
}
