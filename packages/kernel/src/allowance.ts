/** Takes one from what is allowed now; returns whether there was one. */
export type Allowance = () => boolean

/** Returns an allowance that refills with time (a token bucket); `nowMs` never falls. */
export function createAllowance(
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  nowMs: () => number,
): Allowance {
  let left = burst
  let filledMs = nowMs()
  return () => {
    if (left < 1) {
      const now = nowMs()
      left = Math.min(burst, left + ((now - filledMs) / 1000) * perSecond)
      filledMs = now
    }
    if (left < 1) return false
    left -= 1
    return true
  }
}
