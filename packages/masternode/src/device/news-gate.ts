import type { Allowance, Clock } from '@nexqloud/kernel'

/** Lets news pass, no more of them than is allowed: of one subject the newest alone. */
export type NewsGate = {
  /** Passes it on now or later, unless newer news of its subject come before that. */
  readonly tell: (subject: string, pass: () => void) => void
  /** Lets what waits fall. */
  readonly close: () => void
}

/** What a gate stands on. */
export type NewsGateParts = {
  readonly mayPass: Allowance
  readonly clock: Pick<Clock, 'delay'>
  /** Some news could not be passed on; others are. */
  readonly onFailure: (failure: unknown) => void
}

/** How often is looked whether more may pass: milliseconds. */
const LOOK_MS = 100

/** Returns a gate through which nothing has passed yet. */
export function createNewsGate({ mayPass, clock, onFailure }: NewsGateParts): NewsGate {
  const waiting = new Map<string, () => void>()
  const closed = new AbortController()
  let isLooking = false

  function passOn(pass: () => void): void {
    try {
      pass()
    } catch (failure) {
      onFailure(failure)
    }
  }

  async function look(): Promise<void> {
    isLooking = true
    while (waiting.size > 0) {
      await clock.delay(LOOK_MS, closed.signal)
      for (const [subject, pass] of waiting) {
        if (!mayPass()) break
        waiting.delete(subject)
        passOn(pass)
      }
    }
    isLooking = false
  }

  return {
    tell: (subject, pass) => {
      if (closed.signal.aborted) return
      if (waiting.size === 0 && mayPass()) return passOn(pass)
      waiting.set(subject, pass)
      if (!isLooking) void look()
    },
    close: () => {
      closed.abort()
      waiting.clear()
    },
  }
}
