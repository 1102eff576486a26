/** How often a piece is measured: whatever disturbs a machine makes it slower, so the fast rounds are the true ones. */
export const rounds = Object.freeze({
  least: 3,
  most: 12,
  /** No round begins later than so long after the first one: milliseconds. */
  forMs: 4000,
  /** The three best may differ by so much where there are to be no more. */
  agreement: 0.03,
})

/** Returns what counts of several rounds: the second best, as the best one may be a fault of a clock. None counts 0. */
export function countedSpeed(speeds: readonly number[]): number {
  const sorted = speeds.toSorted((left, right) => right - left)
  return sorted[1] ?? sorted[0] ?? 0
}

/** Whether the three best rounds agree: more of them would tell nothing new. */
export function areSettled(speeds: readonly number[]): boolean {
  const sorted = speeds.toSorted((left, right) => right - left)
  const third = sorted[rounds.least - 1]
  return third !== undefined && third >= sorted[0]! * (1 - rounds.agreement)
}
