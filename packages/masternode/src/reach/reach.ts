import type { Clock } from '@nexqloud/kernel'

/** Something elsewhere that a masternode stands on, as it finds it. */
export type Reach = {
  /** It answered. */
  readonly worked: () => void
  /** It did not answer what was asked at `askedMs` of the steady clock. */
  readonly failed: (failure: unknown, askedMs: number) => void
}

/** A time in which something was not reached. */
export type Absence = { readonly from: Date; readonly until: Date; readonly why: string }

/** What is over sooner is told to nobody: milliseconds. */
const LEAST_MS = 5000

/** Returns the reach of what has not been asked yet; an absence is told once it is over. */
export function createReach({
  clock,
  onBack,
}: {
  readonly clock: Pick<Clock, 'wallMs' | 'steadyMs'>
  readonly onBack: (absence: Absence) => void
}): Reach {
  let away: { readonly sinceMs: number; readonly failure: unknown } | undefined
  let workedMs = -Infinity
  return {
    failed: (failure, askedMs) => {
      // One question that takes for ever is no absence while others are answered.
      away ??= { sinceMs: Math.max(askedMs, workedMs), failure }
    },
    worked: () => {
      workedMs = clock.steadyMs()
      if (away === undefined) return
      const { sinceMs, failure } = away
      away = undefined
      const lastedMs = clock.steadyMs() - sinceMs
      if (lastedMs < LEAST_MS) return
      const untilMs = clock.wallMs()
      const [why = ''] = (failure instanceof Error ? failure.message : String(failure)).split('\n')
      onBack({ from: new Date(untilMs - lastedMs), until: new Date(untilMs), why })
    },
  }
}
