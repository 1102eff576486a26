import { LimitExceededRpcError, type AbiEvent, type Address, type Log } from 'viem'

import type { Ledger } from '../ledger.ts'

/** What is asked of a ledger here, whoever's it is. */
export type LogReader = { readonly client: Pick<Ledger<undefined>['client'], 'getLogs'> }

/** Logs of whom, and of which blocks, both included. */
export type LogPages = {
  readonly address: Address | Address[]
  /** These alone; all where none is named. */
  readonly events?: readonly AbiEvent[]
  readonly fromBlock: bigint
  readonly toBlock: bigint
}

/** What was written in some of the blocks, in order, and the last of these. */
export type LogPage = { readonly logs: Log[]; readonly toBlock: bigint }

/** A week without transactions: nodes search a hundred thousand blocks at most, and answer with ten thousand logs. */
const MOST_BLOCKS = 10_000n

/**
 * Reads logs page by page, so that no question and no answer grows with the chain. Where a node says that a page is more than it answers, half of
 * it is asked for, down to a single block.
 *
 * @yields what was written, page after page.
 */
export async function* readLogPages(
  { client }: LogReader,
  { address, events, fromBlock, toBlock: end }: LogPages,
): AsyncGenerator<LogPage, void> {
  let blocks = MOST_BLOCKS
  for (let first = fromBlock; first <= end;) {
    const last = first + blocks - 1n < end ? first + blocks - 1n : end
    const range = { address, fromBlock: first, toBlock: last }
    const reading = events ? client.getLogs({ ...range, events }) : client.getLogs(range)
    const logs = await readIfAllowed(reading, first === last)
    if (logs === undefined) {
      blocks = (last - first + 1n) / 2n
      continue
    }
    yield { logs, toBlock: last }
    first = last + 1n
    blocks = blocks * 2n < MOST_BLOCKS ? blocks * 2n : MOST_BLOCKS
  }
}

/** Returns nothing where the node answers no question of this size. */
async function readIfAllowed(
  reading: Promise<Log[]>,
  isLeast: boolean,
): Promise<Log[] | undefined> {
  try {
    return await reading
  } catch (failure) {
    if (isLeast || !(failure instanceof LimitExceededRpcError)) throw failure
    return undefined
  }
}
