import { z } from 'zod'

import { RpcError, rpcCode } from '../errors.ts'
import type { LogRange } from '../log-search.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { logFilter, type BlockRef, type LogFilter } from '../schema.ts'
import type { MethodContext } from './context.ts'

const id = z.string()

/** Returns the methods about logs, and about what comes between two questions. */
export function createLogMethods(context: MethodContext): MethodTable {
  const { search, filters } = context
  return {
    eth_getLogs: defineMethod({
      params: z.tuple([logFilter]),
      cost: 100,
      handle: async ([filter], session) => search(await toRange(context, filter), session),
    }),
    eth_newFilter: defineMethod({
      params: z.tuple([logFilter]),
      cost: 5,
      handle: async ([filter], { client }) => {
        const { from, to, ...criteria } = await toRange(context, filter)
        const end = isOpenEnded(filter) ? {} : { to }
        return filters.add({ kind: 'logs', criteria, from, ...end }, client)
      },
    }),
    eth_newBlockFilter: defineMethod({
      params: z.tuple([]),
      cost: 5,
      handle: (_, { client }) => filters.add({ kind: 'blocks' }, client),
    }),
    eth_newPendingTransactionFilter: defineMethod({
      params: z.tuple([z.boolean().optional()]),
      cost: 5,
      handle: (_, { client }) => filters.add({ kind: 'transactions' }, client),
    }),
    eth_getFilterChanges: defineMethod({
      params: z.tuple([id]),
      cost: 10,
      handle: ([name], session) => filters.changes(name, session),
    }),
    eth_getFilterLogs: defineMethod({
      params: z.tuple([id]),
      cost: 100,
      handle: ([name], session) => filters.logs(name, session),
    }),
    eth_uninstallFilter: defineMethod({
      params: z.tuple([id]),
      cost: 1,
      handle: ([name]) => filters.remove(name),
    }),
  }
}

/** Returns the blocks that a filter names: the newest one where it names none. */
async function toRange(context: MethodContext, filter: LogFilter): Promise<LogRange> {
  const { addresses, topics, blockHash, fromBlock, toBlock } = filter
  if (blockHash) {
    const block = await context.lookup.find({ hash: blockHash })
    if (block === undefined) throw new RpcError(rpcCode.server, 'unknown block')
    const { number } = block.header
    return { addresses, topics, from: number, to: number }
  }
  const from = numberOf(context, fromBlock)
  const to = numberOf(context, toBlock)
  const isWrong = from > to && namesNumber(fromBlock) && namesNumber(toBlock)
  if (isWrong) throw new RpcError(rpcCode.invalidParams, 'invalid block range params')
  return { addresses, topics, from, to }
}

function numberOf({ view }: MethodContext, ref: BlockRef | null | undefined): bigint {
  if (ref && 'number' in ref) return ref.number
  return ref && 'tag' in ref && ref.tag === 'earliest' ? 0n : view.head().header.number
}

function namesNumber(ref: BlockRef | null | undefined): boolean {
  return Boolean(ref && 'number' in ref)
}

function isOpenEnded({ blockHash, toBlock }: LogFilter): boolean {
  return !blockHash && !namesNumber(toBlock)
}
