const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Returns by how much a clock is wrong, in words: `24 hours ahead`. It stays the same while the clock is as wrong. */
export function clockDifference(offMs: number): string {
  const [ms, way] = [Math.abs(offMs), offMs > 0 ? 'ahead' : 'behind']
  const isLong = ms >= 2 * HOUR_MS
  const amount = Math.max(1, Math.round(ms / (isLong ? HOUR_MS : MINUTE_MS)))
  return `${isLong ? `${amount} hours` : `${amount} min`} ${way}`
}
