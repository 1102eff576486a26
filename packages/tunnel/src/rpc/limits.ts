/** What one end takes of the other. */
export type RpcLimits = {
  /** Bytes of one message. */
  readonly messageBytes: number
  /** Requests that are answered at once; more are refused. */
  readonly requestsAtOnce: number
  /** Bytes that may wait for an end that does not read; with more the stream is over. */
  readonly waitingBytes: number
  /** How long the other end may take to say which versions it speaks. */
  readonly helloMs: number
  /** How long a request may take that names no time of its own. */
  readonly requestMs: number
}

/** A pod's specification is below 1 MiB, since etcd takes no larger one. */
export const rpcLimitsByDefault: RpcLimits = Object.freeze({
  messageBytes: 1 << 20,
  requestsAtOnce: 64,
  waitingBytes: 4 << 20,
  helloMs: 10_000,
  requestMs: 30_000,
})
