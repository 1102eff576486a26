import { compareRuns } from './minute-pages.ts'
import type { WitnessedRun } from './minute.ts'
import { RUN_BYTES } from './packed-runs.ts'
import { WITNESS_FILE_MOST_BYTES, witnessFileBytes, type WitnessFile } from './witness-file.ts'

/** A file that others take, and how many runs were left out of it for that. */
export type FittedFile = { readonly file: WitnessFile; readonly runsLeftOut: number }

/**
 * Returns what of a file others take: all its devices, and the longest of its runs. Whoever starts pods by the million leaves out its own short
 * ones, instead of everybody's minutes.
 */
export function fitRuns(file: WitnessFile, mostBytes = WITNESS_FILE_MOST_BYTES): FittedFile {
  const excessBytes = witnessFileBytes(file) - mostBytes
  if (excessBytes <= 0) return { file, runsLeftOut: 0 }
  const runsLeftOut = Math.min(file.runs.length, Math.ceil(excessBytes / RUN_BYTES))
  const longest = [...file.runs].toSorted(longestFirst).slice(0, file.runs.length - runsLeftOut)
  return { file: { ...file, runs: longest.toSorted(compareRuns) }, runsLeftOut }
}

function longestFirst(left: WitnessedRun, right: WitnessedRun): number {
  return right.seconds - left.seconds || compareRuns(left, right)
}
