import type { MasternodeId, Period } from '@nexqloud/kernel'

/** Who wrote a file: a masternode what it witnessed, whoever settled what a root was computed from. */
export type FileAuthor = MasternodeId | 'inputs'

/** A file of a period that is over. */
export type KeptFile = {
  readonly name: string
  readonly period: Period
  readonly author: FileAuthor
  readonly bytes: number
}

/** How long files are kept. */
export const witnessFilesKept = {
  /** More than the 30 days that an availability credit looks back on. */
  seconds: 35 * 86_400,
  /** Beyond that go the oldest of whoever has most of it: of a thousand devices with five instances each a day takes some 1 MB. */
  bytes: 1 << 30,
  /** In so many periods somebody may still ask for one, however large they are: a period without a root is skipped after 14. */
  periods: 15,
} as const

/** Returns the files that go; `before` is the first period that is young enough. Nobody's large files take away another one's. */
export function filesToRemove(
  files: readonly KeptFile[],
  before: number,
  {
    bytes: mostBytes,
    periods: leastPeriods,
  }: { readonly bytes: number; readonly periods: number } = witnessFilesKept,
): readonly KeptFile[] {
  const newest = files.reduce((last, { period }) => Math.max(last, period), 0)
  const isAsked = ({ period }: KeptFile): boolean => period > newest - leastPeriods
  const [asked, rest] = [files.filter(isAsked), files.filter((file) => !isAsked(file))]
  const old = rest.filter(({ period }) => period < before)
  const young = rest.filter(({ period }) => period >= before)
  return [...old, ...surplusOf({ asked, young }, mostBytes)].toSorted(
    (left, right) => left.period - right.period,
  )
}

type Kept = { readonly asked: readonly KeptFile[]; readonly young: readonly KeptFile[] }

/** Takes the oldest of whoever has most, one after the other, until the others have room. */
function surplusOf({ asked, young }: Kept, mostBytes: number): readonly KeptFile[] {
  const piles = pile([...asked, ...young])
  for (const file of young.toSorted((left, right) => right.period - left.period)) {
    piles.get(file.author)?.removable.push(file)
  }
  const removed: KeptFile[] = []
  let bytes = [...piles.values()].reduce((sum, each) => sum + each.bytes, 0)
  while (bytes > mostBytes) {
    const full = [...piles.values()].filter(({ removable }) => removable.length > 0)
    const [largest] = full.toSorted((left, right) => right.bytes - left.bytes)
    const file = largest?.removable.pop()
    if (largest === undefined || file === undefined) break
    largest.bytes -= file.bytes
    bytes -= file.bytes
    removed.push(file)
  }
  return removed
}

type Pile = { bytes: number; readonly removable: KeptFile[] }

function pile(files: readonly KeptFile[]): ReadonlyMap<FileAuthor, Pile> {
  const piles = new Map<FileAuthor, Pile>()
  for (const { author, bytes } of files) {
    const found = piles.get(author) ?? { bytes: 0, removable: [] }
    found.bytes += bytes
    piles.set(author, found)
  }
  return piles
}
