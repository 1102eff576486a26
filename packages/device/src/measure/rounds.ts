/** How often a part is measured: whatever disturbs a machine makes it slower, so the fast rounds are the true ones. */
export const rounds = Object.freeze({
  least: 3,
  /** What is written and sent costs the device's owner more than what is computed. */
  most: { single: 24, all: 24, memory: 24, storage: 12, down: 12, up: 12 },
  /** The three best may differ by so much where there are to be no more. */
  agreement: 0.03,
  /** No round of a part begins later than so long after its first one: milliseconds. */
  patienceMs: 8000,
  /** Where several devices are measured together, each part takes so long: milliseconds. */
  togetherMs: 4000,
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
