import { createAllowance, type Allowance } from './allowance.ts'

/**
 * Returns what each of many may take, by its key: nobody takes from what another one has. No more than `most` are remembered; whoever asked longest ago is forgotten,
 * and begins anew.
 */
export function createAllowances(
  {
    most,
    ...allowed
  }: { readonly most: number; readonly perSecond: number; readonly burst: number },
  nowMs: () => number,
): (key: string) => boolean {
  const known = new Map<string, Allowance>()
  return (key) => {
    const own = known.get(key) ?? createAllowance(allowed, nowMs)
    // The newest is last.
    known.delete(key)
    known.set(key, own)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    return own()
  }
}
