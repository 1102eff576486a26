import { paceByDefault } from '../consensus/solo.ts'
import type { Allowance } from '../limit/token-bucket.ts'
import type { DispatchLimits } from './dispatcher.ts'
import type { FeedLimits } from './feed.ts'
import type { FilterLimits } from './filter-set.ts'
import type { LogLimits } from './log-search.ts'

/** How much the doors let in, and hold for who does not take it. */
export type RpcLimits = {
  /** Bytes of a request's body. */
  readonly bodyBytes: number
  /** Bytes of large requests that one client may have sent and not been answered yet; several times as many in memory. */
  readonly requestBytes: number
  /** Of all clients. */
  readonly requestBytesInAll: number
  /** How long a client may take to send a request. */
  readonly sendMs: number
  /** Connections at once, HTTP and WebSocket together. */
  readonly connections: number
  readonly webSockets: number
  /** Of one address. */
  readonly webSocketsPerClient: number
  /** Bytes of one message. */
  readonly messageBytes: number
  /** Messages of one WebSocket that are answered at once; the next ones wait in the network. */
  readonly messagesAtOnce: number
  /** Of one connection. */
  readonly subscriptions: number
  readonly feed: FeedLimits
  /** How long a client may take to read what an HTTP answer says. */
  readonly takeMs: number
  /** Bytes that may wait for a client before it is sent more, one large answer at least; a slower one is let go. */
  readonly bufferedBytes: number
  /** Bytes that may wait for all clients together; the one whose answer would be too many is let go. */
  readonly bufferedBytesInAll: number
  /** A WebSocket whose client does not answer a ping for so long is let go. */
  readonly pingMs: number
  /** So long a transaction that could go into a block may wait without any, before the node calls itself stalled. */
  readonly stalledMs: number
  readonly dispatch: DispatchLimits
  readonly logs: LogLimits
  readonly filters: FilterLimits
  readonly allowance: Allowance
}

/** Enough for every wallet and tool; what one client can ask for does not stop the node. */
export const rpcLimitsByDefault: RpcLimits = Object.freeze({
  bodyBytes: 5 << 20,
  requestBytes: 32 << 20,
  requestBytesInAll: 128 << 20,
  sendMs: 30_000,
  connections: 1000,
  webSockets: 500,
  webSocketsPerClient: 64,
  messageBytes: 1 << 20,
  messagesAtOnce: 16,
  subscriptions: 128,
  feed: {
    subscriptionsInAll: 4096,
    subscriptionsPerClient: 512,
    logTestsPerBlock: 500_000,
  },
  takeMs: 30_000,
  bufferedBytes: 32 << 20,
  bufferedBytesInAll: 128 << 20,
  pingMs: 30_000,
  // By then the sequencer would have made a block with nothing to put into it.
  stalledMs: paceByDefault.heartbeatMs,
  dispatch: { batch: 100, timeoutMs: 30_000, responseLength: 25_000_000 },
  logs: { blocks: 100_000n, logs: 10_000, bytes: 8 << 20, timeMs: 10_000, perClient: 100 },
  filters: {
    filters: 1000,
    filtersPerClient: 100,
    idleMs: 5 * 60_000,
    pendingTransactions: 10_000,
  },
  allowance: { perSecond: 50_000, burst: 250_000 },
})
