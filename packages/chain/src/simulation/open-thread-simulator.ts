import type { Clock } from '@nexqloud/kernel'

import { openThread, type Thread } from '../thread/open-thread.ts'
import { ThreadFailedError } from '../thread/thread-message.ts'
import type { CallQueueLimits } from './call-queue.ts'
import { CallTimeoutError } from './errors.ts'
import { createFairSimulator } from './fair-simulator.ts'
import type { SimulatorThreadData } from './simulator-thread.ts'
import type { Simulator } from './simulator.ts'

/** What a simulator on threads stands on. */
export type ThreadSimulatorParts = {
  readonly clock: Clock
  /** How long one call may take before its thread is ended. */
  readonly timeoutMs?: number
  readonly queue?: CallQueueLimits
}

/** A call of all the gas that there may be takes about 3 s of an idle core. */
const TIMEOUT_MS = 10_000

/** Memory of the thread, beyond which it is ended: what a call holds is bounded by its gas, what is cached by its count. */
const HEAP_MB = 512

/**
 * Opens a simulator on threads of its own, over a LevelDB that this process has open: one for calls, and one for traces,
 * which take long, from the first of them on. Whatever is called, the node goes on: a call that takes too long, or too
 * much memory, ends with its thread, and the next one finds a new thread.
 */
export function openThreadSimulator(
  data: SimulatorThreadData,
  { clock, timeoutMs = TIMEOUT_MS, queue }: ThreadSimulatorParts,
): Simulator {
  const parts = { data, clock, timeoutMs }
  const [calls, traces] = [new SimulatorThread(parts), new SimulatorThread(parts)]
  calls.warmUp()
  const through =
    <Name extends keyof Simulator>(thread: SimulatorThread, name: Name) =>
    (...args: Parameters<Simulator[Name]>) =>
      thread.run(name, args) as ReturnType<Simulator[Name]>
  const simulator: Simulator = {
    call: through(calls, 'call'),
    estimateGas: through(calls, 'estimateGas'),
    createAccessList: through(calls, 'createAccessList'),
    traceTransaction: through(traces, 'traceTransaction'),
    close: async () => {
      await Promise.all([calls.close(), traces.close()])
    },
  }
  return createFairSimulator(simulator, { clock, ...(queue !== undefined && { limits: queue }) })
}

type OpenThread = {
  readonly thread: Thread
  /** Resolves when it can take calls: starting it is no part of a call's time. */
  readonly ready: Promise<unknown>
}

type SimulatorThreadParts = {
  readonly data: SimulatorThreadData
  readonly clock: Clock
  readonly timeoutMs: number
}

/** A thread that is asked one call at a time, so that one that is ended takes no other call with it. */
class SimulatorThread {
  readonly #parts: SimulatorThreadParts
  #opened: OpenThread | undefined
  #closed: Promise<void> | undefined

  constructor(parts: SimulatorThreadParts) {
    this.#parts = parts
  }

  /** Starts the thread before it is needed. */
  warmUp(): void {
    this.#opened ??= this.#open()
  }

  async run(method: string, args: readonly unknown[]): Promise<unknown> {
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

  close(): Promise<void> {
    this.#closed ??= this.#end()
    return this.#closed
  }

  async #end(): Promise<void> {
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

  #createLimit(answered: AbortSignal): Promise<never> {
    const { clock, timeoutMs } = this.#parts
    const { promise, reject } = Promise.withResolvers<never>()
    const wait = async (): Promise<void> => {
      await clock.delay(timeoutMs, answered)
      if (!answered.aborted) reject(new CallTimeoutError(timeoutMs))
    }
    void wait()
    return promise
  }

  async #replace(thread: Thread): Promise<void> {
    await thread.terminate()
    this.#opened = this.#open()
  }
}

function hasEnded(failure: unknown): boolean {
  if (failure instanceof CallTimeoutError) return true
  return failure instanceof ThreadFailedError && failure.remoteName === 'ThreadEnded'
}
