import type { DeviceId } from '@nexqloud/kernel'

/** A device's CPU score when it was measured alone, and when others of its owner or its network were measured in the same seconds. */
export type TwoScores = {
  readonly device: DeviceId
  readonly alone: number
  readonly together: number
}

/**
 * The CPU score is √(one thread × all threads). Of n devices on one machine each has 1 ÷ n of all threads, so at most √(1 ÷ n) of what it
 * had alone: 0.71 for two. Two honest measurements differ by a tenth at most. This is halfway.
 */
const FALLEN = 0.8
/** Nobody shares a machine with nobody. */
const LEAST_SHARERS = 2

/**
 * Returns the devices, in ascending order, that look as one machine: those that fell to 0.8 of what they had alone or below in the same
 * seconds, where they are two or more. A machine that was busy just then looks the same once; see {@link confirmSharers}.
 */
export function findSharers(measured: readonly TwoScores[]): readonly DeviceId[] {
  const fallen = measured.filter(hasFallen)
  if (fallen.length < LEAST_SHARERS) return []
  return fallen.map(({ device }) => device).toSorted((left, right) => left - right)
}

/** Whether a score is so low as those of two devices on one machine. */
export function hasFallen({ alone, together }: Pick<TwoScores, 'alone' | 'together'>): boolean {
  return together <= alone * FALLEN
}

/** Returns the devices that were found twice in a row: they share a machine. What they had together is what counts of them. */
export function confirmSharers(
  before: readonly DeviceId[],
  now: readonly DeviceId[],
): readonly DeviceId[] {
  const again = now.filter((device) => before.includes(device))
  return again.length < LEAST_SHARERS ? [] : again
}

/**
 * Returns what a measurement says of a device that was ordered together with others of its group and was not there when they began: what it would
 * have at most if all of them were one machine. By itself it would show that machine as its own, in a second that its owner can choose. As any
 * low measurement it counts once the next one is as low.
 */
export function shareScores<Category extends string>(
  scores: Readonly<Record<Category, number>>,
  devices: number,
): Readonly<Record<Category, number>> {
  // Two have 0.71, as above.
  const share = Math.sqrt(1 / Math.max(1, devices))
  const shared: Record<Category, number> = { ...scores }
  for (const category of Object.keys(scores) as Category[]) {
    shared[category] = Math.floor(scores[category] * share)
  }
  return shared
}
