/** The shape of a benchmark: what is measured, against whom, and the goal it has to meet. */

import { pathToFileURL } from 'node:url'

/** Runs `work`, records its CPU time, wall time and memory, and returns what it returned. Called once per case. */
export type Measure = <T>(work: () => T | Promise<T>) => Promise<T>

/** Figures a case found out by itself (a count, a root, a rate): they travel to {@link Bench.judge}. */
export type Facts = Readonly<Record<string, number | string>>

/**
 * One contestant. It prepares its input, calls `measure` once around the work that counts, and returns its facts.
 * Each sample of each case runs in a process of its own.
 */
export type Case = (measure: Measure) => Facts | Promise<Facts>

/** What one run of one case cost. */
export type Sample = {
  /** User and system time of the measured work. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
  /** The process's highest resident memory, from its start to the end of the measured work. */
  readonly peakBytes: number
  /** How far the measured work raised the resident memory above what it found. */
  readonly grownBytes: number
  readonly facts: Facts
}

/** A bound on our figure, or on ours divided by the rival's. */
export type Goal = {
  readonly figure: 'ours' | 'ratio'
  readonly atMost?: number
  readonly atLeast?: number
}

/** One line of the table: our figure beside the rival's, in the same unit. */
export type Result = {
  /** What the figure is of, e.g. `root of 1,000,000 leaves`. */
  readonly what: string
  /** Unit of `ours` and `rival`, e.g. `CPU-seconds`, `MB`. */
  readonly unit: string
  readonly ours: number
  /** Absent where nobody else does it, and the goal is absolute. */
  readonly rival?: number
  readonly goal: Goal
}

/** All samples of each case, in the order in which they ran. */
export type Samples<Name extends string> = Readonly<Record<Name, readonly Sample[]>>

/** A benchmark. The file `bench/NAME.ts` exports one, named `bench`. */
export type Bench<Name extends string = string> = {
  /** What is compared with what, in one sentence. */
  readonly description: string
  /** How often each case runs; the cases take turns, so that a busy moment hits all of them. */
  readonly samples: number
  readonly cases: Readonly<Record<Name, Case>>
  /** Turns samples into results. Throws where the contestants disagree about the answer. */
  readonly judge: (samples: Samples<Name>) => readonly Result[]
}

/** Returns the benchmark itself, its case names inferred. */
export function defineBench<const Name extends string>(bench: Bench<Name>): Bench<Name> {
  return bench
}

/**
 * Returns the benchmark that `file` (an absolute path) exports.
 *
 * @throws TypeError where it exports none.
 */
export async function loadBench(file: string): Promise<Bench> {
  const exported: { readonly bench?: Bench } = await import(pathToFileURL(file).href)
  if (exported.bench === undefined) throw new TypeError(`${file} exports no bench.`)
  return exported.bench
}

/** Returns the middle value of `pick` over the samples (the mean of the two middle ones of an even count). */
export function median(samples: readonly Sample[], pick: (sample: Sample) => number): number {
  const sorted = samples.map(pick).toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  if (upper === undefined || lower === undefined)
    throw new RangeError('No samples to take the median of.')
  return (lower + upper) / 2
}
