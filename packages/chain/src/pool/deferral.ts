import type { Hex } from 'viem'

/** A sender that kept everybody waiting for seconds may do it again after so long. */
const DEFERRAL_MS = 60_000

/** Senders that go only where nobody else wants to. */
export type Deferrals = {
  /** Defers a sender for a minute from now. */
  readonly add: (sender: Hex) => void
  readonly has: (sender: Hex) => boolean
}

/** Returns deferrals of nobody. */
export function createDeferrals(nowMs: () => number): Deferrals {
  /** By the time of their end. */
  const ends = new Map<Hex, number>()

  function forgetEnded(): void {
    for (const [sender, endMs] of ends) {
      if (endMs > nowMs()) return
      ends.delete(sender)
    }
  }

  return {
    add: (sender) => {
      ends.delete(sender)
      ends.set(sender, nowMs() + DEFERRAL_MS)
    },
    has: (sender) => {
      forgetEnded()
      return ends.has(sender)
    },
  }
}
