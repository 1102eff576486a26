/** Time, as everything that waits or dates is given it. */
export type Clock = {
  /** Whole milliseconds since 1970, as the machine believes; may jump either way. */
  readonly wallMs: () => number
  /** Milliseconds from anywhere; never falls. */
  readonly steadyMs: () => number
  /** Resolves after so long (at once where it is 0 or less), or when the signal aborts: whoever waits looks at the signal. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The machine's own time. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  steadyMs: () => performance.now(),
  delay: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted || ms <= 0) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
    }),
}
