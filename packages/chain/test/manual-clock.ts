/** Time that passes when a test says so. */

import type { Clock } from '@nexqloud/kernel'

/** A clock and the hand that moves it. */
export type ManualClock = Clock & {
  /** Lets so many milliseconds pass, and everything that waited for them go on. */
  readonly pass: (ms: number) => Promise<void>
  /** Sets the wall clock alone, as an administrator might. */
  readonly setWall: (ms: number) => void
}

type Sleeper = { readonly untilMs: number; readonly wake: () => void }

/** Returns a clock that stands at `wallMs`. */
export function createManualClock(wallMs: number): ManualClock {
  let [wall, steady] = [wallMs, 0]
  let sleepers: Sleeper[] = []

  function wakeDue(): void {
    const due = sleepers.filter(({ untilMs }) => untilMs <= steady)
    sleepers = sleepers.filter(({ untilMs }) => untilMs > steady)
    for (const { wake } of due) wake()
  }

  return {
    wallMs: () => wall,
    steadyMs: () => steady,
    setWall: (ms) => {
      wall = ms
    },
    delay: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || ms <= 0) return resolve()
        sleepers.push({ untilMs: steady + ms, wake: resolve })
        signal.addEventListener('abort', () => resolve())
      }),
    pass: async (ms) => {
      wall += ms
      steady += ms
      wakeDue()
      await settle()
    },
  }
}

/** Lets everything that needs no time go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
}
