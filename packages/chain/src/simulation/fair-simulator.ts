import type { Clock } from '@nexqloud/kernel'

import { createCallQueue, type CallQueue, type CallQueueLimits } from './call-queue.ts'
import { CallsBusyError, CallsClosedError } from './errors.ts'
import type { Caller, Simulator } from './simulator.ts'

/** What the turns of a simulator stand on. */
export type FairParts = {
  readonly clock: Pick<Clock, 'steadyMs'>
  readonly limits?: CallQueueLimits
  /** Calls that the simulator is given at once, which it runs one after the other; 1 unless said. */
  readonly atOnce?: number
}

/** Whoever reads something of all 256 masternodes' seats asks it at once. */
const limitsByDefault: CallQueueLimits = { waiting: 512, waitingPerClient: 256 }

/** Callers that do not say who they are wait in one queue. */
const anybody: Caller = { client: '' }

/**
 * Returns a simulator that runs one call at a time, and one trace beside it: clients take turns, so that one that asks
 * much waits for itself. A call that nobody waits for any more is not begun.
 */
export function createFairSimulator(
  simulator: Simulator,
  { clock, limits = limitsByDefault, atOnce = 1 }: FairParts,
): Simulator {
  const parts = { clock, limits, atOnce }
  const [calls, traces] = [new Lane(parts), new Lane(parts)]
  return {
    call: (simulation, caller) => calls.enqueue(() => simulator.call(simulation), caller),
    estimateGas: (simulation, caller) =>
      calls.enqueue(() => simulator.estimateGas(simulation), caller),
    createAccessList: (simulation, caller) =>
      calls.enqueue(() => simulator.createAccessList(simulation), caller),
    traceTransaction: (place, options, caller) =>
      traces.enqueue(() => simulator.traceTransaction(place, options), caller),
    close: async () => {
      await Promise.all([calls.close(), traces.close()])
      await simulator.close()
    },
  }
}

type Waiting = {
  /** Runs it; never fails. */
  readonly run: () => Promise<void>
  readonly refuse: (reason: unknown) => void
}

/** Calls that run one after the other. */
class Lane {
  readonly #parts: Required<FairParts>
  readonly #queue: CallQueue<Waiting>
  readonly #running = new Set<Promise<void>>()
  /** When the last one ended, and with it the time that is the next one's. */
  #endedMs = 0
  #isClosed = false

  constructor(parts: Required<FairParts>) {
    this.#parts = parts
    this.#queue = createCallQueue(parts.limits)
  }

  async enqueue<Result>(action: () => Promise<Result>, caller: Caller = anybody): Promise<Result> {
    const { signal } = caller
    const { clock } = this.#parts
    if (this.#isClosed) throw new CallsClosedError()
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const run = async (): Promise<void> => {
      const givenMs = clock.steadyMs()
      await action().then(resolve, reject)
      const nowMs = clock.steadyMs()
      caller.onRan?.(nowMs - Math.max(givenMs, this.#endedMs))
      this.#endedMs = nowMs
    }
    const waiting = { run, refuse: reject }
    const drop = (): void => {
      if (this.#queue.remove(waiting)) reject(signal?.reason)
    }
    signal?.addEventListener('abort', drop)
    this.#add(waiting, caller)
    this.#runNext()
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', drop)
    }
  }

  /** Refuses what waits and resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (let left = this.#queue.take(); left !== undefined; left = this.#queue.take()) {
      left.refuse(new CallsClosedError())
    }
    await Promise.all(this.#running)
  }

  #add(waiting: Waiting, { client, isNode = false }: Caller): void {
    if (isNode) this.#queue.addOwn(waiting)
    else this.#queue.add(client, waiting)?.refuse(new CallsBusyError(this.#parts.limits))
  }

  #runNext(): void {
    while (this.#running.size < this.#parts.atOnce) {
      const next = this.#queue.take()
      if (next === undefined) return
      const running = next.run().finally(() => {
        this.#running.delete(running)
        this.#runNext()
      })
      this.#running.add(running)
    }
  }
}
