import { z } from 'zod'

import type { RpcContract, RpcHandlers } from './contract.ts'
import { RpcRemoteError, RpcViolationError } from './errors.ts'
import { errorToFailure, rpcCodes, type RpcFailure } from './message.ts'

/** What is answered: a result or a failure. */
export type RpcAnswer = { readonly result: unknown } | { readonly error: RpcFailure }

/** What serving stands on. */
export type ServeParts = {
  readonly contract: RpcContract
  readonly handlers: RpcHandlers<RpcContract>
  readonly requestsAtOnce: number
  /** Somebody's code failed in a way that nobody foresaw. */
  readonly onFault: (error: unknown) => void
}

/** The requests of the other end that are being answered. */
export class ServedRequests {
  readonly #parts: ServeParts
  readonly #open = new Map<number, AbortController>()

  constructor(parts: ServeParts) {
    this.#parts = parts
  }

  /**
   * Returns the answer to a request, undefined where it was cancelled meanwhile.
   *
   * @throws {@link RpcViolationError} where the id is being answered already.
   */
  async serve(id: number, method: string, params: unknown): Promise<RpcAnswer | undefined> {
    if (this.#open.has(id)) throw new RpcViolationError(`Request ${id} was asked twice.`)
    const { requestsAtOnce } = this.#parts
    if (this.#open.size >= requestsAtOnce) return { error: busy(requestsAtOnce) }
    const cancelled = new AbortController()
    this.#open.set(id, cancelled)
    try {
      const answer = await this.#answer(method, params, cancelled.signal)
      return cancelled.signal.aborted ? undefined : answer
    } finally {
      this.#open.delete(id)
    }
  }

  /** Takes what the other end tells. One of a name that we do not know falls: it may be newer. */
  notify(method: string, params: unknown): void {
    const { contract, handlers } = this.#parts
    if (!Object.hasOwn(contract.notifications, method)) return
    const parsed = contract.notifications[method]?.safeParse(params)
    if (parsed?.success === false) {
      throw new RpcViolationError(`${method}: ${z.prettifyError(parsed.error)}`)
    }
    handlers.notifications[method]?.(parsed?.data)
  }

  /** Aborts the answering of a request, of all where none is named. */
  cancel(id?: number): void {
    if (id !== undefined) return this.#open.get(id)?.abort()
    for (const cancelled of this.#open.values()) cancelled.abort()
  }

  async #answer(method: string, params: unknown, signal: AbortSignal): Promise<RpcAnswer> {
    const { contract, handlers, onFault } = this.#parts
    const request = Object.hasOwn(contract.requests, method) ? contract.requests[method] : undefined
    const handler = handlers.requests[method]
    if (request === undefined || handler === undefined) return { error: unknownMethod(method) }
    const parsed = request.params.safeParse(params)
    if (!parsed.success) return { error: invalidParams(method, parsed.error) }
    try {
      return { result: (await handler(parsed.data, signal)) ?? null }
    } catch (error) {
      const failure = errorToFailure(error)
      if (failure.code === rpcCodes.internal && !signal.aborted) onFault(error)
      return { error: failure }
    }
  }
}

function unknownMethod(method: string): RpcFailure {
  const data = { code: 'TUNNEL_RPC_METHOD', kind: 'notFound' } as const
  return { code: rpcCodes.methodNotFound, message: `${method} is not known here.`, data }
}

function invalidParams(method: string, error: z.ZodError): RpcFailure {
  const message = `${method}: ${z.prettifyError(error)}`
  const data = { code: 'TUNNEL_RPC_PARAMS', kind: 'invalid' } as const
  return { code: rpcCodes.invalidParams, message, data }
}

function busy(requestsAtOnce: number): RpcFailure {
  const message = `${requestsAtOnce} requests are being answered already.`
  return errorToFailure(
    new RpcRemoteError(message, { kind: 'unavailable', code: undefined, hint: 'Ask again later.' }),
  )
}
