import { LimitExceededRpcError, type Address, type Log } from 'viem'

import type { Ledger } from '../ledger.ts'

/** What is asked of a ledger here, whoever's it is. */
export type LogReader = { readonly client: Pick<Ledger<undefined>['client'], 'getLogs'> }

/** Blocks, both included. */
export type BlockRange = { readonly fromBlock: bigint; readonly toBlock: bigint }

/** Logs of whom, and of which blocks. */
export type LogPages = BlockRange & { readonly address: Address | Address[] }

/** What was written in some of the blocks, in order, and the last of these. */
export type LogPage<Found = Log> = { readonly logs: Found[]; readonly toBlock: bigint }

/** A week without transactions: nodes search a hundred thousand blocks at most, and answer with ten thousand logs. */
const MOST_BLOCKS = 10_000n

/**
 * Reads all logs of some contracts, page by page.
 *
 * @yields as {@link readPages} does.
 */
export function readLogPages(
  { client }: LogReader,
  { address, ...blocks }: LogPages,
): AsyncGenerator<LogPage, void> {
  return readPages((page) => client.getLogs({ address, ...page }), blocks)
}

/**
 * Asks for logs page by page, so that no question and no answer grows with the chain. Where a node says that a page is more than it answers, half of
 * it is asked for, down to a single block.
 *
 * @yields what was written, page after page.
 */
export async function* readPages<Found>(
  ask: (page: BlockRange) => Promise<Found[]>,
  { fromBlock, toBlock: end }: BlockRange,
): AsyncGenerator<LogPage<Found>, void> {
  let blocks = MOST_BLOCKS
  for (let first = fromBlock; first <= end;) {
    const last = first + blocks - 1n < end ? first + blocks - 1n : end
    const logs = await readIfAllowed(ask({ fromBlock: first, toBlock: last }), first === last)
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
async function readIfAllowed<Found>(
  reading: Promise<Found[]>,
  isLeast: boolean,
): Promise<Found[] | undefined> {
  try {
    return await reading
  } catch (failure) {
    if (isLeast || !(failure instanceof LimitExceededRpcError)) throw failure
    return undefined
  }
}

/** Returns all that {@link readPages} yields. */
export async function readAllPages<Found>(
  ask: (page: BlockRange) => Promise<Found[]>,
  range: BlockRange,
): Promise<Found[]> {
  const found: Found[] = []
  for await (const { logs } of readPages(ask, range)) found.push(...logs)
  return found
}
