import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { parseMasternodeId, parsePeriod, type Period } from '@nexqloud/kernel'
import type { Calendar } from '@nexqloud/rules'

import { filesToRemove, witnessFilesKept, type KeptFile } from './kept-files.ts'
import { witnessFileHash, type FileHash } from './witness-file.ts'

/** Of which period a file is, and whose. */
export type FilePlace = Pick<KeptFile, 'period' | 'author'>

/** Files of periods by their hash, on the disk: what was witnessed, here and elsewhere, and what a root was computed from. One process writes them. */
export type FileShelf = {
  readonly folder: string
  /** Resolves once the bytes are on the disk, with their hash; may be called twice, and again where the disk has lost or damaged them. */
  readonly keep: (place: FilePlace, bytes: Uint8Array) => Promise<FileHash>
  /** Returns the bytes of this hash as the disk has them; nothing where they are not here. */
  readonly read: (hash: string) => Promise<Buffer | undefined>
  /** Returns what is kept of a period. */
  readonly hashesOf: (period: Period) => readonly FileHash[]
  /** Takes away what is too old, or too much ({@link witnessFilesKept}), of two periods at most: a clock that is wrong for a while takes little. */
  readonly tidy: (now: Period) => Promise<void>
}

/** Each tidying follows one more period. */
const MOST_REMOVED_PERIODS = 2

/** Opens the shelf in a folder; that is made where it is missing. */
export async function openFileShelf({
  folder,
  calendar,
}: {
  readonly folder: string
  readonly calendar: Calendar
}): Promise<FileShelf> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const known = new Map<FileHash, FilePlace>()
  for (const name of await readdir(folder)) {
    const found = parseName(name)
    if (found !== undefined) known.set(found.hash, found.place)
  }
  const hashesOf = (period: Period): readonly FileHash[] =>
    [...known].filter(([, each]) => each.period === period).map(([hash]) => hash)

  const read = async (text: string): Promise<Buffer | undefined> => {
    const hash = text as FileHash
    const place = known.get(hash)
    return place && readIfThere(join(folder, nameOf(place, hash)))
  }

  return {
    folder,
    hashesOf,
    keep: async (wanted, bytes) => {
      const hash = witnessFileHash(bytes)
      if ((await read(hash))?.equals(bytes) === true) return hash
      const place = known.get(hash) ?? wanted
      await writeWhole(folder, nameOf(place, hash), bytes)
      known.set(hash, place)
      return hash
    },
    read,
    tidy: async (now) => {
      const before = now - Math.ceil(witnessFilesKept.seconds / calendar.periodSeconds)
      const removed = filesToRemove(await listFiles(folder, known), before)
      const periods = new Set(
        [...new Set(removed.map(({ period }) => period))].slice(0, MOST_REMOVED_PERIODS),
      )
      for (const { name, period } of removed) {
        if (!periods.has(period)) continue
        await rm(join(folder, name), { force: true })
        const { hash } = parseName(name) ?? {}
        if (hash !== undefined) known.delete(hash)
      }
    },
  }
}

/** Returns what a file is called. */
export function nameOf({ period, author }: FilePlace, hash: FileHash): string {
  return `${period}-${author}-${hash}.witness`
}

function parseName(
  name: string,
): { readonly place: FilePlace; readonly hash: FileHash } | undefined {
  const [, period, author, hash] =
    /^(\d{1,15})-([1-9]\d{0,7}|inputs)-(0x[\da-f]{64})\.witness$/.exec(name) ?? []
  if (period === undefined || author === undefined || hash === undefined) return undefined
  const place: FilePlace = {
    period: parsePeriod(Number(period)),
    author: author === 'inputs' ? author : parseMasternodeId(Number(author)),
  }
  return { place, hash: hash as FileHash }
}

/** A crash at any point leaves the file whole, or not there. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(folder, `${name}.new`)
  const handle = await open(unfinished, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(unfinished, join(folder, name))
  await syncFolder(folder)
}

async function listFiles(
  folder: string,
  known: ReadonlyMap<FileHash, FilePlace>,
): Promise<readonly KeptFile[]> {
  const files = [...known].map(async ([hash, place]): Promise<readonly KeptFile[]> => {
    const name = nameOf(place, hash)
    // Somebody may have taken it away.
    const found = await stat(join(folder, name)).catch(() => undefined)
    return found === undefined ? [] : [{ name, ...place, bytes: found.size }]
  })
  return (await Promise.all(files)).flat()
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return undefined
    throw failure
  }
}

/** Makes what happened to the names in a folder last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
