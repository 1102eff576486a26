import type { Period } from '@nexqloud/kernel'

/** A witness file of a period that is over. */
export type KeptFile = {
  readonly name: string
  readonly period: Period
  readonly bytes: number
}

/** How long files are kept. */
export const witnessFilesKept = {
  /** More than the 30 days that an availability credit looks back on. */
  seconds: 35 * 86_400,
  /** Beyond that the oldest go: of a thousand devices with five instances each a day takes some 1 MB. */
  bytes: 1 << 30,
  /** In so many periods somebody may still ask for one, however large they are: a period without a root is skipped after 14. */
  periods: 15,
} as const

/** Returns the files that go, the oldest first; `before` is the first period that is young enough. */
export function filesToRemove(
  files: readonly KeptFile[],
  before: number,
  {
    bytes: mostBytes,
    periods: leastPeriods,
  }: { readonly bytes: number; readonly periods: number } = witnessFilesKept,
): readonly KeptFile[] {
  const newestFirst = files.toSorted((left, right) => right.period - left.period)
  const newest = newestFirst[0]?.period ?? 0
  let bytes = 0
  const removed = newestFirst.filter((file) => {
    bytes += file.bytes
    const isAsked = file.period > newest - leastPeriods
    return !isAsked && (file.period < before || bytes > mostBytes)
  })
  return removed.toReversed()
}
