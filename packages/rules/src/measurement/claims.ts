/** What a device says of itself, beside what was measured of it. */
export type Claims = {
  /** CPUs that it says it has, and memory. */
  readonly cpus: number
  readonly memoryBytes: number
  /** How fast all threads together were, in parts of one. */
  readonly parallel: number
  /** What it said that it has when it was measured. */
  readonly measuredMemoryBytes: number
}

/** Two threads of one core, a machine that is busy, and noise leave a quarter of what that many CPUs could do. */
const LEAST_SPEEDUP = 0.25
const MEMORY_TOLERANCE = 0.1

/** Returns what a device claims to have more of than was measured; scores follow from what was measured alone. */
export function findOverclaims({
  cpus,
  memoryBytes,
  parallel,
  measuredMemoryBytes,
}: Claims): readonly ('cpus' | 'memory')[] {
  return [
    ...(cpus > 1 && parallel < cpus * LEAST_SPEEDUP ? (['cpus'] as const) : []),
    ...(memoryBytes > measuredMemoryBytes * (1 + MEMORY_TOLERANCE) ? (['memory'] as const) : []),
  ]
}
