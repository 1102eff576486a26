/** What the gateway allows those who come to it. */
export type GatewayLimits = {
  /** Connections of all instances together; more are closed at once. Of these and all other places see {@link FairPlaces}. */
  readonly connections: number
  /** Raw connections and requests of one instance; more are closed, or answered 503. */
  readonly visitsPerInstance: number
  /** How long whoever comes to an instance that is being moved waits for it. */
  readonly waitMs: number
  /**
   * Who may wait so at once: each holds a connection and up to {@link headBytes}. One address alone gets a third of them, which has to be
   * enough for all that an office asks in {@link waitMs}.
   */
  readonly waitersPerInstance: number
  readonly waiters: number
  readonly headBytes: number
  /** What heads that are not whole hold together. */
  readonly headsBytes: number
  /** How long the head of a request may take, from its first byte or from the start of the connection. */
  readonly headMs: number
  /** How long a connection may do nothing between two requests. */
  readonly idleMs: number
  /** How long a request's body may do nothing, and how much of it gives it that long again: one that trickles ends, too. */
  readonly bodyMs: number
  readonly bodyBytesPerSecond: number
  /** How long an exchange may go without a byte either way: far longer than anybody polls. */
  readonly stuckMs: number
  /**
   * How long a stream is kept for the next request; with the time between two sweeps that is less than any server keeps a connection
   * that does nothing.
   */
  readonly keptMs: number
  readonly keptPerBackend: number
  /** After how long an address that could not be listened on is tried again. */
  readonly rebindMs: number
  /** What visitors that are there when the gateway closes are given to finish. */
  readonly drainMs: number
}

/** One machine's worth of visitors: 2,048 that wait hold 128 MiB at most. */
export const gatewayLimitsByDefault: GatewayLimits = Object.freeze({
  connections: 16_384,
  visitsPerInstance: 4096,
  waitMs: 60_000,
  waitersPerInstance: 1024,
  waiters: 2048,
  headBytes: 65_536,
  headsBytes: 64 << 20,
  headMs: 10_000,
  idleMs: 75_000,
  bodyMs: 60_000,
  bodyBytesPerSecond: 100,
  stuckMs: 600_000,
  keptMs: 1000,
  keptPerBackend: 64,
  rebindMs: 500,
  drainMs: 2000,
})
