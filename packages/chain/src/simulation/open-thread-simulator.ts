import type { Clock } from '@nexqloud/kernel'

import type { CallQueueLimits } from './call-queue.ts'
import { CallThread } from './call-thread.ts'
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

/** Calls that are with the thread, of which one runs: nobody can overtake the others any more. */
const AT_ONCE = 2

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
  const [calls, traces] = [new CallThread(parts), new CallThread(parts)]
  calls.warmUp()
  const through =
    <Name extends keyof Simulator>(thread: CallThread, name: Name) =>
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
  const limits = queue === undefined ? {} : { limits: queue }
  return createFairSimulator(simulator, { clock, atOnce: AT_ONCE, ...limits })
}
