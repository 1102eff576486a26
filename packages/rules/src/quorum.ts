/** Returns how many of `active` masternodes settle a period at once: the only one, else two thirds rounded up, 2 at least. */
export function quorumOf(active: number): number {
  return active <= 1 ? 1 : Math.max(2, Math.ceil((2 * active) / 3))
}

/** Returns how many of `active` masternodes are more than half of them: enough to propose a root that is late. */
export function majorityOf(active: number): number {
  return Math.floor(active / 2) + 1
}
