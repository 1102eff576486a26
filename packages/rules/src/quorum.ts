/**
 * Returns how many active masternodes settle a period at once: two thirds of the active ones, rounded up, and more than
 * half of those that are admitted, so that nobody decides alone while the others sleep.
 */
export function quorumOf(active: number, admitted: number): number {
  return Math.max(Math.ceil((2 * active) / 3), majorityOf(admitted))
}

/** Returns how many are more than half of `admitted` masternodes: enough to propose a root that is late. */
export function majorityOf(admitted: number): number {
  return Math.floor(admitted / 2) + 1
}
