import { randomBytes } from 'node:crypto'

import type { Clock } from '@nexqloud/kernel'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'

import type { ChainView } from '../chain-view.ts'
import { createTokenBuckets } from '../limit/token-bucket.ts'
import type { Simulator } from '../simulation/simulator.ts'
import { createBlockLookup } from './block-lookup.ts'
import { createDispatcher } from './dispatcher.ts'
import { ListenFailedError } from './errors.ts'
import { createFeed } from './feed.ts'
import { createFilterSet } from './filter-set.ts'
import { toData } from './format/quantity.ts'
import { watchHealth } from './health.ts'
import { createHttpDoor } from './http-door.ts'
import { rpcLimitsByDefault, type RpcLimits } from './limits.ts'
import { createLogSearch } from './log-search.ts'
import { createMethods } from './methods/method-table.ts'
import { createReceiveBudget } from './receive-budget.ts'
import { createRpcMetrics } from './rpc-metrics.ts'
import { createSendBudget } from './send-budget.ts'
import { openWebSocketDoor } from './web-socket-door.ts'

/** What the doors are opened with. */
export type RpcServerOptions = {
  /** Tries calls out; whoever opened it closes it, after the doors. */
  readonly simulator: Simulator
  readonly clock: Clock
  readonly log: Logger
  readonly registry: Registry
  /** What the node calls itself, e.g. `NexQloud/v0.1.0`. */
  readonly clientVersion: string
  /** Whether the node has failed. */
  readonly isFailed: () => boolean
  /** Address to listen on; this machine alone where it is left out. */
  readonly host?: string
  /** 0: any that is free. */
  readonly port: number
  /** Names that the node may be called by, besides addresses and localhost; `*`: any. */
  readonly hosts?: readonly string[]
  /** Origins whose pages may ask, e.g. `https://example.org`; `*`: any. */
  readonly origins?: readonly string[]
  readonly limits?: RpcLimits
}

/** The doors of a node. */
export type RpcServer = {
  /** Where JSON-RPC answers, e.g. `http://127.0.0.1:8545`; WebSocket has the same address. */
  readonly url: string
  /** Takes nothing new, answers what is under way, and ends; may be called twice. */
  readonly close: () => Promise<void>
}

/**
 * Opens the doors: JSON-RPC over HTTP and WebSocket, `/health` and `/metrics`, all on one port.
 *
 * @throws {@link ListenFailedError} where the address cannot be listened on; nothing stays open then.
 */
export async function openRpcServer(
  view: ChainView,
  options: RpcServerOptions,
): Promise<RpcServer> {
  const { clock, log, registry, limits = rpcLimitsByDefault, hosts = [], origins = [] } = options
  const buckets = createTokenBuckets(clock.steadyMs)
  const createId = () => toData(randomBytes(16))
  const metrics = createRpcMetrics(registry)
  const onFault = (failure: unknown, method?: string): void =>
    log.error({ err: failure, method }, 'rpc-failed')
  const search = createLogSearch(view, { clock, limits: limits.logs })
  const filters = createFilterSet({ view, search, clock, limits: limits.filters, createId })
  const takeCost = (client: string, cost: number): boolean =>
    buckets(client, cost, limits.allowance)
  const dispatcher = createDispatcher({
    methods: createMethods({
      view,
      lookup: createBlockLookup(view),
      states: view.readState,
      simulator: options.simulator,
      search,
      filters,
      clock,
      takeCost,
      charge: (client, cost) => buckets.charge(client, cost, limits.allowance),
      clientVersion: options.clientVersion,
    }),
    limits: limits.dispatch,
    clock,
    takeCost,
    onRequest: metrics.request,
    onFault,
  })
  const budget = createSendBudget(limits)
  const received = createReceiveBudget(limits)
  const feed = createFeed({ view, limits: limits.feed })
  const shared = { dispatcher, clock, limits, hosts, origins, onFault, metrics, budget, received }
  const { isFailed } = options
  const health = watchHealth({ view, clock, isFailed, stalledMs: limits.stalledMs })
  const http = createHttpDoor({ ...shared, registry, health: health.report })
  const closeWebSockets = openWebSocketDoor({ ...shared, feed, server: http.server, createId })
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= (async () => {
      await closeWebSockets()
      await http.close()
      filters.close()
      health.close()
      feed.close()
    })()
    return closed
  }
  const address = { host: options.host ?? '127.0.0.1', port: options.port }
  try {
    return { url: await http.listen(address), close }
  } catch (failure) {
    await close()
    throw new ListenFailedError(address, failure)
  }
}
