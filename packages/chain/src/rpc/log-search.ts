import { equalsBytes, hexToBytes, setLengthLeft } from '@ethereumjs/util'
import type { Clock } from '@nexqloud/kernel'
import type { Hex } from 'viem'

import type { ChainView } from '../chain-view.ts'
import { createTurns } from '../limit/turns.ts'
import type { Log } from '../store/receipt.ts'
import type { LogField } from '../store/tables.ts'
import { RpcError, rpcCode } from './errors.ts'
import { logToJson, placedLogs, type LogJson, type PlacedLog } from './format/log-json.ts'
import { toData } from './format/quantity.ts'
import type { Session } from './method.ts'

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
  /** Of all that the logs hold; an answer has about three times as many characters. */
  readonly bytes: number
  readonly timeMs: number
  /** Searches of one client, of which one runs. */
  readonly perClient: number
}

/** Logs of which blocks: `from` to `to`, both included. */
export type LogRange = LogCriteria & { readonly from: bigint; readonly to: bigint }

/** Returns the logs of a range in their order, as JSON. One that nobody waits for any more ends. */
export type LogSearch = (range: LogRange, session?: Session) => Promise<readonly LogJson[]>

/** Who asks without saying who he is. */
const anybody: Session = { client: '' }

/** Beyond so many blocks an index is asked before blocks are looked into. */
const FEW_BLOCKS = 32

/**
 * Returns a search that asks the index of addresses and topics first, and looks into the blocks that it names. A client's
 * searches wait for each other: some hundred at once would leave no room to whoever else reads the disk.
 *
 * @throws {@link RpcError} where a search would go over a limit; its message says how to split it.
 */
export function createLogSearch(
  { reader, head }: Pick<ChainView, 'reader' | 'head'>,
  { clock, limits }: { readonly clock: Clock; readonly limits: LogLimits },
): LogSearch {
  const turns = createTurns(limits.perClient, () => tooMany(limits))
  return (wanted, { client, signal } = anybody) => {
    const newest = head().header.number
    const range = { ...wanted, to: wanted.to < newest ? wanted.to : newest }
    return turns(client, async () => {
      assertBlocks(range, limits)
      const untilMs = clock.steadyMs() + limits.timeMs
      const assertTime = (): void => {
        signal?.throwIfAborted()
        if (clock.steadyMs() > untilMs) throw tooSlow(range)
      }
      return findLogs(reader, { range, limits, assertTime })
    })
  }
}

async function findLogs(
  reader: ChainView['reader'],
  { range, limits, assertTime }: Hunt & { readonly limits: LogLimits },
): Promise<readonly LogJson[]> {
  assertTime()
  const found = new Findings(range, limits)
  const isWanted = createLogTest(range)
  const candidates = await findCandidates(reader, { range, assertTime })
  for await (const outcome of reader.outcomes(candidates ?? numbersOf(range))) {
    assertTime()
    for (const placed of placedLogs(outcome, outcome.receipts)) {
      if (isWanted(placed.log)) found.add(placed)
    }
  }
  return found.logs
}

/** Returns whether a log is one that was asked for. */
export type LogTest = (log: Log) => boolean

/** Returns the test of what was asked for. */
export function createLogTest({ addresses, topics }: LogCriteria): LogTest {
  const wanted = [addresses, ...topics].map(createValueTest)
  return (log) => {
    if (log.topics.length < topics.length) return false
    return wanted.every((isWanted, index) => {
      const value = index === 0 ? log.address : log.topics[index - 1]
      return value !== undefined && isWanted(value)
    })
  }
}

/** Most questions name one value, which is compared as bytes: to make a text of each that is looked at takes longer. */
function createValueTest(alternatives: readonly Hex[]): (value: Uint8Array) => boolean {
  const [first] = alternatives
  if (first === undefined) return () => true
  const only = hexToBytes(first)
  if (alternatives.length === 1) return (value) => equalsBytes(value, only)
  const names = new Set<string>(alternatives)
  return (value) => names.has(toData(value))
}

type Hunt = { readonly range: LogRange; readonly assertTime: () => void }

/** Returns the blocks that may have such logs, ascending; nothing where the index cannot tell, or would be no help. */
async function findCandidates(
  reader: ChainView['reader'],
  { range, assertTime }: Hunt,
): Promise<readonly bigint[] | undefined> {
  if (range.to - range.from < FEW_BLOCKS) return undefined
  let candidates: Set<bigint> | undefined
  for (const [index, values] of [range.addresses, ...range.topics].entries()) {
    const isKnown = candidates !== undefined && candidates.size <= FEW_BLOCKS
    if (values.length === 0 || isKnown) continue
    const field = index as LogField
    const found = new Set<bigint>()
    for (const text of new Set(values)) {
      const value = setLengthLeft(hexToBytes(text), 32)
      const { from, to } = range
      assertTime()
      for await (const number of reader.blocksWith({ field, value, from, to })) {
        found.add(number)
        assertTime()
      }
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

/**
 * Returns the numbers of a range's blocks.
 *
 * @yields them ascending.
 */
export function* numbersOf({ from, to }: Pick<LogRange, 'from' | 'to'>): Iterable<bigint> {
  for (let number = from; number <= to; number += 1n) yield number
}

/** What was found so far, no more than may be. */
class Findings {
  readonly logs: LogJson[] = []
  readonly #range: LogRange
  readonly #limits: LogLimits
  #bytes = 0

  constructor(range: LogRange, limits: LogLimits) {
    this.#range = range
    this.#limits = limits
  }

  /**
   * Keeps a log as text: its bytes are a part of all that its block's transactions did.
   *
   * @throws {@link RpcError} where it is one too many, or all hold too much.
   */
  add(placed: PlacedLog): void {
    const { logs: most, bytes: mostBytes } = this.#limits
    const { number } = placed.block
    this.#bytes += placed.log.data.length + BYTES_A_LOG
    this.logs.push(logToJson(placed))
    if (this.logs.length > most) throw this.#tooLarge(`${most} results`, number)
    if (this.#bytes > mostBytes) throw this.#tooLarge(`${mostBytes} bytes`, number)
  }

  #tooLarge(limit: string, number: bigint): RpcError {
    const { from, to } = this.#range
    const advice =
      number > from
        ? `ask for blocks ${from} to ${number - 1n} first, then ${number} to ${to}`
        : 'ask for fewer addresses or topics'
    return new RpcError(rpcCode.limitExceeded, `query returned more than ${limit}; ${advice}`)
  }
}

/** What a log takes beside its data: its address, topics and place. */
const BYTES_A_LOG = 256

function assertBlocks({ from, to }: LogRange, limits: LogLimits): void {
  const count = to - from + 1n
  if (count <= limits.blocks) return
  throw new RpcError(
    rpcCode.limitExceeded,
    `query spans ${count} blocks, at most ${limits.blocks} are searched at once; ask for blocks ${from} to ${from + limits.blocks - 1n} first`,
  )
}

function tooMany({ perClient }: LogLimits): RpcError {
  return new RpcError(
    rpcCode.limitExceeded,
    `too many searches: ${perClient} of yours wait for each other; ask again when one is answered`,
  )
}

function tooSlow({ from, to }: LogRange): RpcError {
  return new RpcError(
    rpcCode.limitExceeded,
    `query takes too long; name an address or a topic, or ask for fewer blocks than ${from} to ${to}`,
  )
}
