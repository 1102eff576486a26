import type { HashRun, Measurement } from '../protocol/measurement.ts'
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

/** What starting threads, and the way there and back, may take beside the work. */
const OVERHEAD_MS = 2000
const MIB = 2 ** 20
const MOST = 2 ** 32 - 1

/**
 * Returns the raw scores of a measurement whose answer came `elapsedMs` after it was asked for. Each is the geometric mean
 * of how fast and how much. The device's own clock is believed no further than ours: one that worked longer than it says
 * has its speed divided by that.
 */
export function scoreMeasurement(measurement: Measurement, elapsedMs: number): MeasuredScores {
  const { single, all, memory, storage } = withUsualTimes(measurement)
  const saidMs = single.ms + Math.max(...all.map(({ ms }) => ms)) + memory.ms + storage.ms
  const honesty = Math.min(1, saidMs / Math.max(1, elapsedMs - OVERHEAD_MS))
  const mean = (speed: number, amount: number): number => toScore(Math.sqrt(speed * amount))
  return {
    cpu: mean(speedOf(single) * honesty, sum(all.map(speedOf)) * honesty),
    memoryScore: mean(
      (memory.copiedBytes / MIB / memory.ms) * 1000 * honesty,
      memory.totalBytes / MIB,
    ),
    storageScore: mean(
      (storage.writtenBytes / MIB / storage.ms) * 1000 * honesty,
      storage.freeBytes / MIB,
    ),
    gpu: 0,
    isp: 0,
  }
}

/** Each piece works as long as it is asked to: who says less is not believed to have been that fast. */
function withUsualTimes({ single, all, memory, storage }: Measurement) {
  const { hashMs, copyMs, writeMs } = usualTimes
  const atLeast = <Piece extends { readonly ms: number }>(piece: Piece, ms: number): Piece => ({
    ...piece,
    ms: Math.max(piece.ms, ms),
  })
  return {
    single: atLeast(single, hashMs),
    all: all.map((run) => atLeast(run, hashMs)),
    memory: atLeast(memory, copyMs),
    storage: atLeast(storage, writeMs),
  }
}

/** Thousand hashes a second. */
function speedOf({ marks, ms }: HashRun): number {
  return (marks.length * STEPS_PER_MARK) / ms
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function toScore(value: number): number {
  return Math.min(MOST, Math.round(value))
}
