import type { Clock } from '@nexqloud/kernel'

/** Milliseconds that nobody sleeps longer than. */
const LONGEST_SLEEP_MS = 86_400_000

/** What a loop sleeps by until there is something to do. */
export type Alarm = {
  /** Wakes who sleeps, or who would sleep next. */
  readonly ring: () => void
  /** Resolves when it rings, when the wall clock says so (`Infinity`: never), or when the signal aborts. */
  readonly sleepUntil: (atMs: number, signal: AbortSignal) => Promise<void>
}

/** Returns an alarm that has not rung. */
export function createAlarm(clock: Clock): Alarm {
  let bell = Promise.withResolvers<void>()
  return {
    ring: () => bell.resolve(),
    sleepUntil: async (atMs, signal) => {
      const over = new AbortController()
      const end = (): void => over.abort()
      if (signal.aborted) end()
      // Not `AbortSignal.any`: thousands of sleeps in one signal's life make each of them slow.
      signal.addEventListener('abort', end, { once: true })
      const delayMs = Math.min(atMs - clock.wallMs(), LONGEST_SLEEP_MS)
      await Promise.race([bell.promise, clock.delay(delayMs, over.signal)])
      signal.removeEventListener('abort', end)
      end()
      bell = Promise.withResolvers<void>()
    },
  }
}
