import type { Clock } from '@nexqloud/kernel'

import { openThread, type Thread } from '../thread/open-thread.ts'
import { ThreadFailedError } from '../thread/thread-message.ts'
import { CallTimeoutError } from './errors.ts'
import type { SimulatorThreadData } from './simulator-thread.ts'

/** What a thread of calls stands on. */
export type CallThreadParts = {
  readonly data: SimulatorThreadData
  readonly clock: Clock
  /** How long one call may take before its thread is ended. */
  readonly timeoutMs: number
}

/** Memory of the thread, beyond which it is ended: what a call holds is bounded by its gas, what is cached by its bytes. */
const HEAP_MB = 512

type Asked = {
  readonly method: string
  readonly args: readonly unknown[]
  readonly resolve: (result: unknown) => void
  readonly reject: (failure: unknown) => void
}

type OpenThread = { readonly thread: Thread; isReady: boolean }

/**
 * A thread that answers calls in their order. The next ones are with it already while one runs, since waking a thread
 * costs as much as a small call. It is ended with the call that takes too long, or too much memory; those that came after
 * that one are asked again on a new thread, for a call changes nothing.
 */
export class CallThread {
  readonly #parts: CallThreadParts
  /** The first one runs. */
  #asked: Asked[] = []
  #opened: OpenThread | undefined
  /** Since when the first one runs. */
  #sinceMs = 0
  #isWatched = false
  readonly #stop = new AbortController()

  constructor(parts: CallThreadParts) {
    this.#parts = parts
  }

  /** Starts the thread before it is needed. */
  warmUp(): void {
    this.#opened ??= this.#open()
  }

  /**
   * Asks the thread.
   *
   * @throws {@link CallTimeoutError} where the call took too long.
   * @throws {@link ThreadFailedError} where it failed there, or ended the thread.
   */
  run(method: string, args: readonly unknown[]): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const asked = { method, args, resolve, reject }
    this.warmUp()
    this.#asked.push(asked)
    if (this.#asked.length === 1) this.#sinceMs = this.#parts.clock.steadyMs()
    if (this.#opened?.isReady === true) this.#send(asked, this.#opened)
    return promise
  }

  /** Ends the thread; may be called once nothing is asked any more. */
  async close(): Promise<void> {
    this.#stop.abort()
    const thread = this.#opened?.thread
    if (thread === undefined) return
    await thread.call('close').catch(() => {})
    await thread.terminate()
  }

  /** Starting a thread is no part of a call's time. */
  #open(): OpenThread {
    const url = new URL('./simulator-thread.ts', import.meta.url)
    const thread = openThread(url, this.#parts.data, { maxOldGenerationSizeMb: HEAP_MB })
    const opened = { thread, isReady: false }
    const begin = (): void => {
      opened.isReady = true
      this.#sinceMs = this.#parts.clock.steadyMs()
      for (const asked of this.#asked) this.#send(asked, opened)
    }
    thread.call('ready').then(begin, (failure: unknown) => this.#giveUp(opened, failure))
    return opened
  }

  #send(asked: Asked, opened: OpenThread): void {
    void this.#watch()
    opened.thread.call(asked.method, ...asked.args).then(
      (result) => this.#settle(asked, () => asked.resolve(result)),
      (failure: unknown) => {
        if (hasEnded(failure)) this.#giveUp(opened, failure)
        else this.#settle(asked, () => asked.reject(failure))
      },
    )
  }

  /** A call whose thread was ended may be answered late. */
  #settle(asked: Asked, tell: () => void): void {
    if (this.#asked[0] !== asked) return
    this.#asked.shift()
    this.#sinceMs = this.#parts.clock.steadyMs()
    tell()
  }

  /** Ends the thread with the call that ran; the others go to a new one. */
  #giveUp(opened: OpenThread, failure: unknown): void {
    if (this.#opened !== opened) return
    void opened.thread.terminate()
    const [culprit, ...others] = this.#asked
    // One that could not start would not start again: it is tried when somebody asks.
    const isGivenUp = this.#stop.signal.aborted || !opened.isReady
    this.#asked = isGivenUp ? [] : others
    this.#opened = isGivenUp ? undefined : this.#open()
    culprit?.reject(failure)
    if (isGivenUp) for (const { reject } of others) reject(failure)
  }

  async #watch(): Promise<void> {
    if (this.#isWatched) return
    this.#isWatched = true
    const { clock, timeoutMs } = this.#parts
    while (this.#asked.length > 0 && !this.#stop.signal.aborted) {
      const opened = this.#opened
      const isLate = clock.steadyMs() - this.#sinceMs >= timeoutMs
      if (opened?.isReady === true && isLate) {
        this.#giveUp(opened, new CallTimeoutError(timeoutMs))
      }
      const leftMs = timeoutMs - (clock.steadyMs() - this.#sinceMs)
      await clock.delay(leftMs > 0 ? leftMs : timeoutMs, this.#stop.signal)
    }
    this.#isWatched = false
  }
}

function hasEnded(failure: unknown): boolean {
  return failure instanceof ThreadFailedError && failure.remoteName === 'ThreadEnded'
}
