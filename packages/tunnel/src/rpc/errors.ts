import { BaseError } from '@nexqloud/kernel'

/** The kinds of failures that cross the wire; another one is internal. */
export const errorKinds = [
  'invalid',
  'notFound',
  'conflict',
  'unavailable',
  'unauthorized',
  'internal',
] as const

/** A kind of failure. */
export type RemoteErrorKind = (typeof errorKinds)[number]

/** The two ends have no version in common. */
export class RpcVersionError extends BaseError {
  /** The same in the other end's place: what is told to it. */
  readonly told: string

  constructor(message: string, { hint, told }: { readonly hint: string; readonly told: string }) {
    super(message, { code: 'TUNNEL_RPC_VERSION', kind: 'conflict', hint })
    this.told = told
  }
}

/** The other end answered a request with a failure. */
export class RpcRemoteError extends BaseError {
  /** The other end's own code, where it gave one. */
  readonly remoteCode: string | undefined

  constructor(
    message: string,
    {
      kind,
      code,
      hint,
    }: {
      readonly kind: RemoteErrorKind
      readonly code: string | undefined
      readonly hint: string | undefined
    },
  ) {
    super(message, { code: 'TUNNEL_RPC_REMOTE', kind, ...(hint !== undefined && { hint }) })
    this.remoteCode = code
  }
}

/** The other end did not answer in time; the request was cancelled. */
export class RpcTimeoutError extends BaseError {
  constructor(method: string, timeoutMs: number) {
    super(`${method} was not answered within ${timeoutMs} ms, and was cancelled.`, {
      code: 'TUNNEL_RPC_TIMEOUT',
      kind: 'unavailable',
    })
  }
}

/** The stream of messages is over, and with it every request that was not answered. */
export class RpcClosedError extends BaseError {
  constructor(reason: string) {
    super(`The stream of messages is over: ${reason}`, {
      code: 'TUNNEL_RPC_CLOSED',
      kind: 'unavailable',
      hint: 'Ask again on the next link.',
    })
  }
}

/** A message has more bytes than the other end takes. */
export class RpcMessageTooLargeError extends BaseError {
  constructor(
    method: string,
    { bytes, mostBytes }: { readonly bytes: number; readonly mostBytes: number },
  ) {
    super(`A message of ${method} has ${bytes} bytes; ${mostBytes} are the most.`, {
      code: 'TUNNEL_RPC_TOO_LARGE',
      kind: 'invalid',
      hint: 'Send it in parts, or on a stream of its own.',
    })
  }
}

/** What came is not what it should be. */
export class RpcViolationError extends BaseError {
  constructor(message: string) {
    super(message, { code: 'TUNNEL_RPC_VIOLATION', kind: 'invalid' })
  }
}
