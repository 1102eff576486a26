import type { Clock } from '@nexqloud/kernel'
import type { Hex } from 'viem'

import type { ChainView } from '../chain-view.ts'
import { RpcError, rpcCode } from './errors.ts'
import { toData } from './format/quantity.ts'
import { numbersOf, type LogCriteria, type LogRange, type LogSearch } from './log-search.ts'
import type { Session } from './method.ts'

/** How many filters are kept, and for how long. */
export type FilterLimits = {
  readonly filters: number
  readonly filtersPerClient: number
  /** A filter that nobody asks for so long is gone. */
  readonly idleMs: number
  /** Transactions that are kept for who does not ask; the oldest go first. */
  readonly pendingTransactions: number
}

/** What a filter gathers. */
export type FilterKind =
  | { readonly kind: 'blocks' }
  | { readonly kind: 'transactions' }
  | {
      readonly kind: 'logs'
      readonly criteria: LogCriteria
      readonly from: bigint
      readonly to?: bigint
    }

/** What clients gather between two questions. */
export type FilterSet = {
  /** @throws {@link RpcError} where there are too many. */
  readonly add: (kind: FilterKind, client: string) => Hex
  /** Returns whether there was one. */
  readonly remove: (id: string) => boolean
  /**
   * Returns what has come since the last question.
   *
   * @throws {@link RpcError} where there is no such filter.
   */
  readonly changes: (id: string, session?: Session) => Promise<readonly unknown[]>
  /**
   * Returns all logs that a filter of logs is about.
   *
   * @throws {@link RpcError} where there is no such filter.
   */
  readonly logs: (id: string, session?: Session) => Promise<readonly unknown[]>
  /** Lets go of everything. */
  readonly close: () => void
}

type Filter = {
  readonly filter: FilterKind
  readonly client: string
  usedMs: number
  /** The newest block that the client knows of. */
  seen: bigint
  readonly pending: Hex[]
}

/** What filters stand on. */
export type FilterParts = {
  readonly view: Pick<ChainView, 'reader' | 'head' | 'pool'>
  readonly search: LogSearch
  readonly clock: Clock
  readonly limits: FilterLimits
  readonly createId: () => Hex
}

/** Returns an empty set; filters of blocks and of logs gather nothing, but look when they are asked. */
export function createFilterSet(parts: FilterParts): FilterSet {
  const { view, clock, limits } = parts
  const filters = new Map<string, Filter>()
  const end = view.pool.onAdded(({ hash }) => {
    for (const { filter, pending } of filters.values()) {
      if (filter.kind !== 'transactions') continue
      pending.push(hash)
      if (pending.length > limits.pendingTransactions) pending.shift()
    }
  })

  function dropIdle(): void {
    const before = clock.steadyMs() - limits.idleMs
    for (const [id, { usedMs }] of filters) if (usedMs < before) filters.delete(id)
  }

  function use(id: string): Filter {
    dropIdle()
    const found = filters.get(id)
    if (found === undefined) throw new RpcError(rpcCode.server, 'filter not found')
    found.usedMs = clock.steadyMs()
    return found
  }

  const asking =
    (session?: Session): LogSearch =>
    (range) =>
      parts.search(range, session)

  return {
    add: (filter, client) => {
      dropIdle()
      assertRoom([...filters.values()], { client, limits })
      const id = parts.createId()
      const seen = view.head().header.number
      filters.set(id, { filter, client, usedMs: clock.steadyMs(), seen, pending: [] })
      return id
    },
    remove: (id) => filters.delete(id),
    changes: async (id, session) => readChanges({ ...parts, search: asking(session) }, use(id)),
    logs: async (id, session) => {
      const { filter } = use(id)
      if (filter.kind !== 'logs') throw new RpcError(rpcCode.server, 'filter not found')
      const { criteria, from, to = view.head().header.number } = filter
      return parts.search({ ...criteria, from, to }, session)
    },
    close: () => {
      end()
      filters.clear()
    },
  }
}

function assertRoom(
  filters: readonly Filter[],
  { client, limits }: { readonly client: string; readonly limits: FilterLimits },
): void {
  const own = filters.filter((filter) => filter.client === client).length
  if (filters.length < limits.filters && own < limits.filtersPerClient) return
  throw new RpcError(
    rpcCode.limitExceeded,
    `too many filters: you have ${own} of ${limits.filtersPerClient}, all clients ${filters.length} of ${limits.filters}; uninstall some`,
  )
}

/** Two questions at once share what has come; of one that fails the next one is told. */
async function readChanges(parts: FilterParts, state: Filter): Promise<readonly unknown[]> {
  if (state.filter.kind === 'transactions') return state.pending.splice(0)
  const { seen } = state
  state.seen = parts.view.head().header.number
  try {
    return await readSince(parts, { filter: state.filter, from: seen + 1n, head: state.seen })
  } catch (failure) {
    state.seen = seen
    throw failure
  }
}

type Since = { readonly filter: FilterKind; readonly from: bigint; readonly head: bigint }

async function readSince(
  parts: FilterParts,
  { filter, from, head }: Since,
): Promise<readonly unknown[]> {
  if (filter.kind !== 'logs') return readHashes(parts, { from, to: head })
  const to = filter.to !== undefined && filter.to < head ? filter.to : head
  return from > to ? [] : parts.search({ ...filter.criteria, from, to })
}

async function readHashes(
  { view }: FilterParts,
  range: Pick<LogRange, 'from' | 'to'>,
): Promise<readonly Hex[]> {
  const hashes: Hex[] = []
  for await (const { hash } of view.reader.outcomes(numbersOf(range))) hashes.push(toData(hash))
  return hashes
}
