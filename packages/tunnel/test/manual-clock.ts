/** Time that passes when a test says so. */

import type { Clock } from '@nexqloud/kernel'

import { settle } from './link-pair.ts'

/** A clock and the hand that moves it. */
export type ManualClock = Clock & {
  /** Lets so many milliseconds pass, and everything that waited for them go on. */
  readonly pass: (ms: number) => Promise<void>
  /** How long each of those that wait has to wait still, shortest first. */
  readonly waits: () => readonly number[]
}

type Sleeper = { readonly untilMs: number; readonly wake: () => void }

/** Returns a clock that stands at 0, a day in 2026. */
export function createManualClock(): ManualClock {
  let nowMs = 0
  const sleepers = new Set<Sleeper>()
  return {
    wallMs: () => Date.UTC(2026, 10, 25) + nowMs,
    steadyMs: () => nowMs,
    delay: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || ms <= 0) return resolve()
        const wake = (): void => {
          sleepers.delete(sleeper)
          resolve()
        }
        const sleeper = { untilMs: nowMs + ms, wake }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake)
      }),
    pass: async (ms) => {
      nowMs += ms
      for (const { untilMs, wake } of sleepers) if (untilMs <= nowMs) wake()
      await settle()
    },
    waits: () => Array.from(sleepers, ({ untilMs }) => untilMs - nowMs).toSorted((a, b) => a - b),
  }
}
