import type { Clock } from '@nexqloud/kernel'

/** A clock that stands until it is told to pass, and knows when all who live by it wait for it again. */
export type SteppedClock = Clock & {
  /** Resolves once so many wait as there are sleepers. */
  readonly idle: () => Promise<void>
  /** Lets time pass; whoever wakes does what he does before the next one wakes. */
  readonly pass: (ms: number) => Promise<void>
}

/** Returns a clock that begins at `startMs`, and by which so many live that do nothing but what they do between two waits. */
export function createSteppedClock(startMs: number, sleepers: number): SteppedClock {
  let nowMs = startMs
  const waiting = new Set<{ readonly atMs: number; readonly wake: () => void }>()
  let idling: (() => void) | undefined
  const idle = async (): Promise<void> => {
    if (waiting.size >= sleepers) return
    await new Promise<void>((resolve) => (idling = resolve))
  }
  return {
    wallMs: () => nowMs,
    steadyMs: () => nowMs,
    idle,
    delay: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const wake = (): void => {
          waiting.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { atMs: nowMs + ms, wake }
        waiting.add(sleeper)
        signal.addEventListener('abort', wake, { once: true })
        if (waiting.size >= sleepers) idling?.()
      }),
    pass: async (ms) => {
      const untilMs = nowMs + ms
      for (;;) {
        const next = [...waiting].toSorted((one, other) => one.atMs - other.atMs)[0]
        if (next === undefined || next.atMs > untilMs) break
        nowMs = next.atMs
        next.wake()
        await idle()
      }
      nowMs = untilMs
    },
  }
}
