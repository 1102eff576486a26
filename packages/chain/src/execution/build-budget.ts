import type { WorkClock } from './work-clock.ts'

/** The time that building one block may take. Gas does not bound it: 30 million can take from 0.3 to 13 s. */
export type BuildBudget = {
  /** Whether one more transaction may begin; the first one always may, and ends however long it takes. */
  readonly mayBegin: () => boolean
  /** Says that the transaction that began last has ended, having used so much gas. */
  readonly end: (hash: `0x${string}`, gasUsed: bigint) => void
  /** Returns the transactions that worked for a greater part of the time than of a block's gas. */
  readonly slow: () => readonly `0x${string}`[]
}

/** Once so much has gone by, what was executed becomes the block. */
const BUILD_MS = 2000
/** What works less than this is not worth telling from the machine's own pauses. */
const LEAST_SLOW_MS = 200

/** Returns a budget that begins now. */
export function createBuildBudget(clock: WorkClock, blockGasLimit: bigint): BuildBudget {
  const untilMs = clock.steadyMs() + BUILD_MS
  const slow: `0x${string}`[] = []
  let beganCpuMs: number | undefined
  return {
    mayBegin: () => {
      const isOver = clock.steadyMs() >= untilMs
      if (beganCpuMs !== undefined && isOver) return false
      beganCpuMs = clock.cpuMs()
      return true
    },
    end: (hash, gasUsed) => {
      const tookMs = clock.cpuMs() - (beganCpuMs ?? 0)
      const fairMs = (BUILD_MS * Number(gasUsed)) / Number(blockGasLimit)
      if (tookMs > Math.max(fairMs, LEAST_SLOW_MS)) slow.push(hash)
    },
    slow: () => slow,
  }
}
