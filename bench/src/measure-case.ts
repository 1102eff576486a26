import type { Case, Sample } from './index.ts'
import { peakBytes, residentBytes, resetPeak } from './memory.ts'

type Cost = Omit<Sample, 'facts'>

/**
 * Runs one case in this process and returns what its measured work cost.
 *
 * @throws Error where the case calls `measure` not exactly once.
 */
export async function measureCase(run: Case): Promise<Sample> {
  const costs: Cost[] = []
  const facts = await run(async (work) => {
    const { cost, value } = await costOf(work)
    costs.push(cost)
    return value
  })
  const [cost, ...others] = costs
  if (cost === undefined || others.length > 0) {
    throw new Error(`A case calls measure once; this one called it ${costs.length} times.`)
  }
  return { ...cost, facts }
}

async function costOf<T>(work: () => T | Promise<T>): Promise<{ cost: Cost; value: T }> {
  globalThis.gc?.()
  const peakBefore = peakBytes()
  const residentBefore = residentBytes()
  resetPeak()
  const startedMs = performance.now()
  const cpuBefore = process.cpuUsage()
  const value = await work()
  const { user, system } = process.cpuUsage(cpuBefore)
  const wallSeconds = (performance.now() - startedMs) / 1000
  const peak = peakBytes()
  const cost = {
    cpuSeconds: (user + system) / 1e6,
    wallSeconds,
    peakBytes: Math.max(peakBefore, peak),
    grownBytes: Math.max(0, peak - residentBefore),
  }
  return { cost, value }
}
