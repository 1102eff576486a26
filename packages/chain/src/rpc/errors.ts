import { BaseError } from '@nexqloud/kernel'

import { TransactionRefusedError } from '../pool/errors.ts'

/** Codes of JSON-RPC 2.0 and of EIP-1474, and those that geth adds: clients decide by them. */
export const rpcCode = {
  /** The call was reverted; `data` is what it reverted with. */
  reverted: 3,
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** The request is fine; the chain's state, or the pool, does not allow it. */
  server: -32000,
  timeout: -32002,
  responseTooLarge: -32003,
  limitExceeded: -32005,
} as const

type RpcCode = (typeof rpcCode)[keyof typeof rpcCode]

/** What a client is told. */
export type RpcFailure = {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** A request that cannot be answered, for a reason that the client should know. */
export class RpcError extends BaseError {
  readonly rpcCode: RpcCode
  readonly data: unknown

  constructor(code: RpcCode, message: string, data?: unknown) {
    super(message, { code: 'CHAIN_RPC_REFUSED', kind: 'invalid' })
    this.rpcCode = code
    this.data = data
  }
}

/** A door cannot listen where it was told to. */
export class ListenFailedError extends BaseError {
  constructor({ host, port }: { readonly host: string; readonly port: number }, cause: unknown) {
    const name = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const { says, hint } = listenFailures[name] ?? {
      says: () => `Port ${port} of ${host} cannot be listened on: ${String(cause)}.`,
      hint: 'Choose another port with --port, or another address with --host.',
    }
    super(says(host, port), { code: 'CHAIN_RPC_LISTEN_FAILED', kind: 'unavailable', hint, cause })
  }
}

/** By the system's own code. */
const listenFailures: Readonly<
  Record<string, { readonly says: (host: string, port: number) => string; readonly hint: string }>
> = {
  EADDRINUSE: {
    says: (host, port) => `Port ${port} of ${host} is taken by another process.`,
    hint: 'Stop that process, or choose another port with --port.',
  },
  EACCES: {
    says: (host, port) => `The user that runs this may not listen on port ${port} of ${host}.`,
    hint: 'Choose a port above 1023 with --port.',
  },
  EADDRNOTAVAIL: {
    says: (host) => `This machine does not have the address ${host}.`,
    hint: 'Name one of its own with --host.',
  },
}

/** Logs of a block that somebody subscribed to take too long to find. */
export class FeedBehindError extends BaseError {
  readonly blockNumber: bigint

  constructor(blockNumber: bigint) {
    super(`The logs of block ${blockNumber} are too many for all that is wanted of them.`, {
      code: 'CHAIN_FEED_BEHIND',
      kind: 'unavailable',
      hint: 'Connect again, ask eth_getLogs for that block, and name rarer addresses or topics.',
    })
    this.blockNumber = blockNumber
  }
}

/**
 * Errors of other parts that are meant for clients, by their code: some come from another thread, without their class. A
 * refusal of the pool is meant for them too.
 */
const codesByName: Readonly<Record<string, RpcCode>> = {
  CHAIN_CALL_REFUSED: rpcCode.server,
  CHAIN_CALL_TIMEOUT: rpcCode.timeout,
  CHAIN_CALLS_BUSY: rpcCode.limitExceeded,
  CHAIN_CALLS_CLOSED: rpcCode.server,
  CHAIN_TRACE_TOO_LARGE: rpcCode.limitExceeded,
  CHAIN_TX_RATE_LIMIT: rpcCode.limitExceeded,
}

/**
 * Returns what a client is told of a failure. Of one that is not meant for it, e.g. of the node's disk, it is told
 * nothing: `isFault` says that whoever runs the node should know.
 */
export function errorToFailure(error: unknown): RpcFailure & { readonly isFault: boolean } {
  if (error instanceof RpcError) {
    const { rpcCode: code, message, data } = error
    return { code, message, ...(data !== undefined && { data }), isFault: false }
  }
  if (!isForClients(error)) {
    return { code: rpcCode.internal, message: 'internal error', isFault: true }
  }
  const { code, message, hint } = error
  return {
    code: codesByName[code] ?? rpcCode.server,
    message,
    data: { code, ...(hint !== undefined && { hint }) },
    isFault: false,
  }
}

function isForClients(error: unknown): error is BaseError {
  if (error instanceof TransactionRefusedError) return true
  return error instanceof BaseError && Object.hasOwn(codesByName, error.code)
}
