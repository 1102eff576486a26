import type { Clock } from './clock.ts'

/** A clock that stands until it is told to pass: the other adapter of the port, for tests. */
export type ManualClock = Clock & {
  /** Lets time pass: whoever waits wakes in order, and does what it does before the next one wakes. */
  readonly pass: (ms: number) => Promise<void>
  /** Lets time pass in which the process stands still: whoever waits wakes afterwards, all at once. */
  readonly standStill: (ms: number) => Promise<void>
}

/** Returns a clock that begins at `startMs`. */
export function createManualClock(startMs = 0): ManualClock {
  let nowMs = startMs
  const sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>()
  const clock: ManualClock = {
    wallMs: () => nowMs,
    steadyMs: () => nowMs,
    delay: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || ms <= 0) return resolve()
        const wake = (): void => {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { atMs: nowMs + ms, wake }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake, { once: true })
      }),
    pass: async (ms) => {
      const untilMs = nowMs + ms
      await settle()
      for (;;) {
        const [next] = [...sleepers].toSorted((a, b) => a.atMs - b.atMs)
        if (next === undefined || next.atMs > untilMs) break
        nowMs = Math.max(nowMs, next.atMs)
        next.wake()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
    standStill: async (ms) => {
      await settle()
      nowMs += ms
      await clock.pass(0)
    },
  }
  return clock
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise(setImmediate)
}
