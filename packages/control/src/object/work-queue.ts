import type { Clock } from '@nexqloud/kernel'

import { createAlarm } from './alarm.ts'

/** Keys that are worked on at once. */
const WORKERS = 32

/** Milliseconds from the first failure in a row to the next attempt; doubled for each further one. */
const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 30_000

/** What is to be looked at again. */
export type WorkQueue = {
  /** A key that waits already waits once; one that is being worked on comes again after that. */
  readonly add: (key: string) => void
  /** Works until the signal aborts. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/**
 * Returns a queue of keys: each is worked on by one at a time, and again, later each time, where that fails. `reconcile` returns in how
 * many milliseconds it wants to look again; nothing where only a change brings it back.
 */
export function createWorkQueue(options: {
  readonly reconcile: (key: string) => Promise<number | undefined>
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}): WorkQueue {
  const { reconcile, clock, onFailure } = options
  const waiting = new Set<string>()
  const busy = new Map<string, Promise<void>>()
  const failures = new Map<string, number>()
  const alarm = createAlarm(clock)

  function add(key: string): void {
    waiting.add(key)
    alarm.ring()
  }

  async function work(key: string, signal: AbortSignal): Promise<void> {
    try {
      const afterMs = await reconcile(key)
      failures.delete(key)
      if (afterMs !== undefined) void clock.delay(afterMs, signal).then(() => add(key))
    } catch (failure) {
      if (!signal.aborted) onFailure(failure)
      const count = (failures.get(key) ?? 0) + 1
      failures.set(key, count)
      const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - 1))
      void clock.delay(delayMs, signal).then(() => add(key))
    }
    busy.delete(key)
    alarm.ring()
  }

  return {
    add,
    run: async (signal) => {
      while (!signal.aborted) {
        for (const key of waiting) {
          if (busy.size >= WORKERS) break
          if (busy.has(key)) continue
          waiting.delete(key)
          busy.set(key, work(key, signal))
        }
        await alarm.sleepUntil(Number.POSITIVE_INFINITY, signal)
      }
      await Promise.all(busy.values())
    },
  }
}
