import { createAllowance, type Allowance } from './allowance.ts'

/** Of so many is remembered how much they took; whoever is forgotten begins anew. */
const MOST_KEYS = 10_000

/** Returns an allowance for each of those who have a key, e.g. an address. */
export function createAllowances(
  rate: Parameters<typeof createAllowance>[0],
  nowMs: () => number,
): (key: string) => boolean {
  const known = new Map<string, Allowance>()
  return (key) => {
    const own = known.get(key) ?? createAllowance(rate, nowMs)
    known.delete(key)
    known.set(key, own)
    const [oldest] = known.keys()
    if (known.size > MOST_KEYS && oldest !== undefined) known.delete(oldest)
    return own()
  }
}
