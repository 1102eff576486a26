import type { Clock } from '@nexqloud/kernel'

import { RpcTimeoutError, RpcViolationError } from './errors.ts'
import type { RpcMessage } from './message.ts'
import { failureToError } from './message.ts'

type Answer = Extract<RpcMessage, { readonly result?: unknown } | { readonly error: unknown }>

/** How long an asker waits. */
export type AskOptions = {
  readonly method: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Tells the other end that nobody waits any more. */
  readonly cancel: (id: number) => void
}

/** The requests that we asked and that were not answered yet. */
export class AskedRequests {
  readonly #clock: Pick<Clock, 'delay'>
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>()
  #lastId = 0

  constructor(clock: Pick<Clock, 'delay'>) {
    this.#clock = clock
  }

  /** Returns the id of the next request. */
  takeId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /**
   * Waits for an answer, at most so long.
   *
   * @throws {@link RpcRemoteError} where the other end failed.
   * @throws {@link RpcTimeoutError} where it did not answer in time.
   */
  async wait(id: number, { method, timeoutMs, signal, cancel }: AskOptions): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>()
    this.#open.set(id, answer)
    const over = new AbortController()
    const signals = signal === undefined ? [over.signal] : [over.signal, signal]
    const late = this.#clock.delay(timeoutMs, AbortSignal.any(signals)).then(() => {
      if (over.signal.aborted) return answer.promise
      cancel(id)
      signal?.throwIfAborted()
      throw new RpcTimeoutError(method, timeoutMs)
    })
    try {
      return await Promise.race([answer.promise, late])
    } finally {
      over.abort()
      this.#open.delete(id)
      late.catch(() => {})
    }
  }

  /**
   * Takes an answer; one that nobody waits for any more falls.
   *
   * @throws {@link RpcViolationError} where nobody ever asked.
   */
  settle(message: Answer): void {
    if (message.id > this.#lastId) {
      throw new RpcViolationError(`Request ${message.id} was answered and never asked.`)
    }
    const answer = this.#open.get(message.id)
    if ('error' in message) answer?.reject(failureToError(message.error))
    else answer?.resolve(message.result)
  }

  /** Fails whatever is open. */
  fail(error: Error): void {
    for (const answer of this.#open.values()) answer.reject(error)
  }
}
