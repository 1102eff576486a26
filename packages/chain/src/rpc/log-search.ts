import { hexToBytes, setLengthLeft } from '@ethereumjs/util'
import type { Clock } from '@nexqloud/kernel'
import type { Hex } from 'viem'

import type { ChainView } from '../chain-view.ts'
import type { Log } from '../store/receipt.ts'
import type { LogField } from '../store/tables.ts'
import { RpcError, rpcCode } from './errors.ts'
import { toData } from './format/quantity.ts'
import { placedLogs, type PlacedLog } from './format/receipt-json.ts'

/** What a log has to be. */
export type LogCriteria = {
  /** One of these made it; anybody where there are none. */
  readonly addresses: readonly Hex[]
  /** At each position, one of these; anything where there are none. */
  readonly topics: readonly (readonly Hex[])[]
}

/** How much one search may take. */
export type LogLimits = {
  readonly blocks: bigint
  readonly logs: number
  readonly timeMs: number
}

/** Logs of which blocks: `from` to `to`, both included. */
export type LogRange = LogCriteria & { readonly from: bigint; readonly to: bigint }

/** Returns the logs of a range in their order. */
export type LogSearch = (range: LogRange) => Promise<readonly PlacedLog[]>

/** Beyond so many blocks another index is asked before blocks are looked into. */
const FEW_BLOCKS = 32

/**
 * Returns a search that asks the index of addresses and topics first, and looks into the blocks that it names.
 *
 * @throws {@link RpcError} where a search would go over a limit; its message says how to split it.
 */
export function createLogSearch(
  { reader, head }: Pick<ChainView, 'reader' | 'head'>,
  { clock, limits }: { readonly clock: Clock; readonly limits: LogLimits },
): LogSearch {
  return async (wanted) => {
    const newest = head().header.number
    const range = { ...wanted, to: wanted.to < newest ? wanted.to : newest }
    assertBlocks(range, limits)
    const untilMs = clock.steadyMs() + limits.timeMs
    const isWanted = createLogTest(range)
    const found: PlacedLog[] = []
    const blocks = (await findCandidates(reader, range)) ?? numbersOf(range)
    for (const number of blocks) {
      if (clock.steadyMs() > untilMs) throw tooSlow(range)
      const receipts = await reader.receipts(number)
      if (!receipts?.some(({ logs }) => logs.some(isWanted))) continue
      const block = await reader.block(number)
      if (block === undefined) continue
      found.push(...placedLogs({ block, receipts }).filter(({ log }) => isWanted(log)))
      if (found.length > limits.logs) throw tooMany(range, { number, limits })
    }
    return found
  }
}

/** Returns whether a log is one that was asked for. */
export type LogTest = (log: Log) => boolean

/** Returns the test of what was asked for. */
export function createLogTest({ addresses, topics }: LogCriteria): LogTest {
  const wanted = [addresses, ...topics].map((alternatives) => new Set<string>(alternatives))
  return (log) => {
    if (log.topics.length < topics.length) return false
    return wanted.every((alternatives, index) => {
      if (alternatives.size === 0) return true
      const value = index === 0 ? log.address : log.topics[index - 1]
      return value !== undefined && alternatives.has(toData(value))
    })
  }
}

/** Returns the blocks that may have such logs, ascending; nothing where the index cannot tell. */
async function findCandidates(
  reader: ChainView['reader'],
  range: LogRange,
): Promise<readonly bigint[] | undefined> {
  let candidates: Set<bigint> | undefined
  for (const [index, values] of [range.addresses, ...range.topics].entries()) {
    const isKnown = candidates !== undefined && candidates.size <= FEW_BLOCKS
    if (values.length === 0 || isKnown) continue
    const field = index as LogField
    const found = new Set<bigint>()
    for (const text of values) {
      const value = setLengthLeft(hexToBytes(text), 32)
      const { from, to } = range
      for await (const number of reader.blocksWith({ field, value, from, to })) found.add(number)
    }
    candidates = candidates === undefined ? found : intersect(candidates, found)
  }
  return candidates === undefined
    ? undefined
    : [...candidates].toSorted((a, b) => (a < b ? -1 : Number(a > b)))
}

function intersect(one: ReadonlySet<bigint>, other: ReadonlySet<bigint>): Set<bigint> {
  return new Set([...one].filter((number) => other.has(number)))
}

function* numbersOf({ from, to }: LogRange): Iterable<bigint> {
  for (let number = from; number <= to; number += 1n) yield number
}

function assertBlocks({ from, to }: LogRange, limits: LogLimits): void {
  const count = to - from + 1n
  if (count <= limits.blocks) return
  throw new RpcError(
    rpcCode.limitExceeded,
    `query spans ${count} blocks, at most ${limits.blocks} are searched at once; ask for blocks ${from} to ${from + limits.blocks - 1n} first`,
  )
}

function tooMany(
  { from, to }: LogRange,
  { number, limits }: { readonly number: bigint; readonly limits: LogLimits },
): RpcError {
  const advice =
    number > from
      ? `ask for blocks ${from} to ${number - 1n} first, then ${number} to ${to}`
      : 'ask for fewer addresses or topics'
  return new RpcError(
    rpcCode.limitExceeded,
    `query returned more than ${limits.logs} results; ${advice}`,
  )
}

function tooSlow({ from, to }: LogRange): RpcError {
  return new RpcError(
    rpcCode.limitExceeded,
    `query takes too long; name an address or a topic, or ask for fewer blocks than ${from} to ${to}`,
  )
}
