import type { HashRun, MeasureAnswer } from '../protocol/measurement.ts'
import { STEPS_PER_MARK } from './hash-chain.ts'
import { usualTimes } from './measure-times.ts'

/** Raw scores as the contract keeps them, uint32 each; more is better. */
export type MeasuredScores = {
  readonly cpu: number
  readonly memoryScore: number
  readonly storageScore: number
  readonly gpu: number
  readonly isp: number
}

/** What was found in all rounds. */
export type Findings = {
  /** Thousand hashes a second of one thread, and of all together. */
  readonly single: number
  readonly all: number
  readonly threads: number
  /** MiB a second. */
  readonly memory: number
  readonly storage: number
  /** What the device says that it has. */
  readonly memoryMebibytes: number
  readonly freeMebibytes: number
  /** To the device and from it, in kbit a second. */
  readonly down: number
  readonly up: number
}

/** What starting threads, and the way there and back, may take beside the work. */
const OVERHEAD_MS = 200
const MIB = 2 ** 20
const MOST = 2 ** 32 - 1
/** A masternode's own line is no judge of a faster one: kbit a second. */
const MOST_LINE_KBITS = 1_000_000

/**
 * How much there is, is the device's word. So much of it counts for each thousand hashes a second that its threads were seen to make, several times
 * what is sold with the CPUs for it: two threads of a server, which make 14,000, have up to 437 GiB of memory and 109 TiB of disk. MiB.
 */
const MOST_SIZES = { memory: 32, storage: 8192 } as const

/**
 * Returns how fast one round was whose answer came `elapsedMs` after it was asked for: thousand hashes a second, or MiB a second.
 * The device's own clock is believed no further than ours, and no piece works for less than it is asked to.
 */
export function speedOf(answer: MeasureAnswer, elapsedMs: number): number {
  const leastMs = Math.max(usualTimes[answer.piece], elapsedMs - OVERHEAD_MS)
  if (answer.piece === 'single' || answer.piece === 'all') {
    const hashes = ({ marks, ms }: HashRun) =>
      (marks.length * STEPS_PER_MARK) / Math.max(ms, leastMs)
    return answer.runs.reduce((sum, run) => sum + hashes(run), 0)
  }
  return ((answer.workedBytes / MIB) * 1000) / Math.max(answer.ms, leastMs)
}

/**
 * Returns the raw scores: each is the geometric mean of how fast and how much. One thread counts for no more than all do: several that made parts
 * of its chain at once would. Of memory and disk no more counts than goes with such CPUs. No GPU can be measured yet.
 */
export function scoreFindings(found: Findings): MeasuredScores {
  const size = (mebibytes: number, most: number): number => Math.min(mebibytes, found.all * most)
  const line = (kbits: number): number => Math.min(MOST_LINE_KBITS, kbits)
  return {
    cpu: meanOf(Math.min(found.single, found.all), found.all),
    memoryScore: meanOf(found.memory, size(found.memoryMebibytes, MOST_SIZES.memory)),
    storageScore: meanOf(found.storage, size(found.freeMebibytes, MOST_SIZES.storage)),
    gpu: 0,
    isp: meanOf(line(found.down), line(found.up)),
  }
}

function meanOf(one: number, other: number): number {
  return Math.min(MOST, Math.round(Math.sqrt(one * other)))
}
