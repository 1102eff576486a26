import type { Clock } from '@nexqloud/kernel'

import { openThread, type Thread } from '../thread/open-thread.ts'
import { ThreadFailedError } from '../thread/thread-message.ts'
import { CallsBusyError, CallsClosedError, CallTimeoutError } from './errors.ts'
import type { SimulatorThreadData } from './simulator-thread.ts'
import type { Simulator } from './simulator.ts'

/** How much a simulator's thread may be asked. */
export type SimulatorLimits = {
  /** How long one call may take before its thread is ended. */
  readonly timeoutMs: number
  /** Calls that may wait while another one runs. */
  readonly waiting: number
}

/** A call of all the gas that there may be takes about 3 s of an idle core. */
const limitsByDefault: SimulatorLimits = { timeoutMs: 10_000, waiting: 256 }

/** Memory of the thread, beyond which it is ended: what a call holds is bounded by its gas, what is cached by its count. */
const HEAP_MB = 512

/**
 * Opens a simulator on threads of its own, over a LevelDB that this process has open: one for calls, and one for traces,
 * which take long, from the first of them on. Whatever is called, the node goes on: a call that takes too long, or too
 * much memory, ends with its thread, and the next one finds a new thread.
 */
export function openThreadSimulator(
  data: SimulatorThreadData,
  { clock, limits = limitsByDefault }: { readonly clock: Clock; readonly limits?: SimulatorLimits },
): Simulator {
  const parts = { data, clock, limits }
  const [calls, traces] = [new Lane(parts), new Lane(parts)]
  calls.warmUp()
  const through =
    <Name extends keyof Simulator>(lane: Lane, name: Name) =>
    (...args: Parameters<Simulator[Name]>) =>
      lane.enqueue(name, args) as ReturnType<Simulator[Name]>
  return {
    call: through(calls, 'call'),
    estimateGas: through(calls, 'estimateGas'),
    createAccessList: through(calls, 'createAccessList'),
    traceTransaction: through(traces, 'traceTransaction'),
    close: async () => {
      await Promise.all([calls.close(), traces.close()])
    },
  }
}

type OpenThread = {
  readonly thread: Thread
  /** Resolves when it can take calls: starting it is no part of a call's time. */
  readonly ready: Promise<unknown>
}

type LaneParts = {
  readonly data: SimulatorThreadData
  readonly clock: Clock
  readonly limits: SimulatorLimits
}

/** A thread, and who waits for it: one call at a time, so that a thread that is ended takes no other call with it. */
class Lane {
  readonly #parts: LaneParts
  #opened: OpenThread | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #closed: Promise<void> | undefined

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  /** Starts the thread before it is needed. */
  warmUp(): void {
    this.#opened ??= this.#open()
  }

  async enqueue(method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#waiting > this.#parts.limits.waiting) throw new CallsBusyError(this.#waiting)
    this.#waiting += 1
    const result = this.#queue.then(() => this.#run(method, args))
    this.#queue = result.catch(() => {})
    try {
      return await result
    } finally {
      this.#waiting -= 1
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
    await this.#queue
    const thread = this.#opened?.thread
    if (thread === undefined) return
    await thread.call('close').catch(() => {})
    await thread.terminate()
  }

  #open(): OpenThread {
    const url = new URL('./simulator-thread.ts', import.meta.url)
    const thread = openThread(url, this.#parts.data, { maxOldGenerationSizeMb: HEAP_MB })
    const ready = thread.call('ready')
    ready.catch(() => {})
    return { thread, ready }
  }

  async #run(method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#closed !== undefined) throw new CallsClosedError()
    const { thread, ready } = (this.#opened ??= this.#open())
    const answered = new AbortController()
    try {
      await ready
      const limit = this.#createLimit(answered.signal)
      return await Promise.race([thread.call(method, ...args), limit])
    } catch (failure) {
      if (hasEnded(failure)) await this.#replace(thread)
      throw failure
    } finally {
      answered.abort()
    }
  }

  #createLimit(answered: AbortSignal): Promise<never> {
    const { clock, limits } = this.#parts
    const { promise, reject } = Promise.withResolvers<never>()
    const wait = async (): Promise<void> => {
      await clock.delay(limits.timeoutMs, answered)
      if (!answered.aborted) reject(new CallTimeoutError(limits.timeoutMs))
    }
    void wait()
    return promise
  }

  async #replace(thread: Thread): Promise<void> {
    await thread.terminate()
    this.#opened = this.#closed === undefined ? this.#open() : undefined
  }
}

function hasEnded(failure: unknown): boolean {
  if (failure instanceof CallTimeoutError) return true
  return failure instanceof ThreadFailedError && failure.remoteName === 'ThreadEnded'
}
