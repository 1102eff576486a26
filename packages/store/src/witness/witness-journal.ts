import { mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import {
  BaseError,
  parseDeviceId,
  parsePeriod,
  type MasternodeId,
  type Period,
} from '@nexqloud/kernel'
import type { Calendar } from '@nexqloud/rules'
import { z } from 'zod'

import { ForeignJournalError, WitnessUnwrittenError } from './errors.ts'
import { encodeFrame, readFrames } from './journal-frame.ts'
import { filesToRemove, witnessFilesKept, type KeptFile } from './kept-files.ts'
import { minutesOf, type WitnessedMinute } from './minute.ts'
import { encodeWitnessFile, foldMinutes, witnessFileHash } from './witness-file.ts'

/** Where a masternode keeps what it witnesses. */
export type WitnessJournalOptions = {
  readonly folder: string
  readonly masternode: MasternodeId
  readonly calendar: Calendar
}

/** A witness file that was made of a journal. */
export type SealedFile = {
  readonly period: Period
  readonly hash: `0x${string}`
  readonly file: string
}

/** The journals of the periods that are not over, and the files of those that are. One process writes them. */
export type WitnessJournal = {
  /** Resolves once the minute is on the disk. One at a time; a minute that is there already is left as it is. */
  readonly append: (period: Period, minute: WitnessedMinute) => Promise<void>
  /** Makes the files of all periods before this one, takes their journals away, and files that are too old ({@link witnessFilesKept}); may be called twice. */
  readonly sealBefore: (period: Period) => Promise<readonly SealedFile[]>
  readonly close: () => Promise<void>
}

const VERSION = 1
const head = z.object({
  version: z.literal(VERSION),
  masternode: z.number(),
  genesisTime: z.number(),
  periodSeconds: z.number(),
})
const device = z.number().transform(parseDeviceId)
const entry = z.object({
  index: z.number().int().nonnegative(),
  devices: z.array(device),
  runs: z.array(
    z.object({
      uid: z.string(),
      namespace: z.string(),
      name: z.string(),
      device,
      seconds: z.number().int().positive(),
    }),
  ),
})

type OpenJournal = {
  readonly period: Period
  readonly handle: FileHandle
  readonly indexes: Set<number>
  endBytes: number
}

/** Opens the journals of a folder; it is made where it is missing. */
export async function openWitnessJournal(options: WitnessJournalOptions): Promise<WitnessJournal> {
  const { folder } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let current: OpenJournal | undefined

  async function find(period: Period): Promise<OpenJournal> {
    if (current?.period !== period) {
      await current?.handle.close()
      current = undefined
      current = await openJournal(options, period)
    }
    return current
  }

  return {
    append: (period, minute) =>
      explained(folder, `Minute ${minute.index} of period ${period}`, async () => {
        const journal = await find(period)
        if (journal.indexes.has(minute.index)) return
        await write(journal, minute)
        journal.indexes.add(minute.index)
      }),
    sealBefore: async (before) => {
      const sealed: SealedFile[] = []
      for (const period of await periodsIn(folder)) {
        if (period >= before) continue
        if (current?.period === period) {
          await current.handle.close()
          current = undefined
        }
        const what = `The file of period ${period}`
        sealed.push(await explained(folder, what, () => seal(options, period)))
      }
      if (sealed.length > 0) await removeOld(options, before)
      return sealed
    },
    close: async () => {
      await current?.handle.close()
      current = undefined
    },
  }
}

async function explained<Type>(
  folder: string,
  what: string,
  writing: () => Promise<Type>,
): Promise<Type> {
  try {
    return await writing()
  } catch (failure) {
    throw failure instanceof BaseError ? failure : new WitnessUnwrittenError(what, folder, failure)
  }
}

function journalOf(folder: string, period: Period): string {
  return join(folder, `${period}.journal`)
}

async function periodsIn(folder: string): Promise<readonly Period[]> {
  const names = await readdir(folder)
  return names
    .map((name) => /^(\d{1,15})\.journal$/.exec(name)?.[1])
    .filter((text) => text !== undefined)
    .map((text) => parsePeriod(Number(text)))
    .toSorted((left, right) => left - right)
}

async function openJournal(options: WitnessJournalOptions, period: Period): Promise<OpenJournal> {
  const file = journalOf(options.folder, period)
  const handle = await open(file, 'a+', 0o600).then(async (made) => {
    await made.close()
    // Appending, the system would write behind what was torn.
    return open(file, 'r+')
  })
  try {
    const { minutes, endBytes } = readJournal(options, file, await handle.readFile())
    await handle.truncate(endBytes)
    const indexes = new Set(minutes.map(({ index }) => index))
    const journal = { period, handle, indexes, endBytes }
    if (endBytes === 0) {
      await write(journal, headOf(options))
      await syncFolder(options.folder)
    }
    return journal
  } catch (failure) {
    await handle.close()
    throw failure
  }
}

function headOf({ masternode, calendar }: WitnessJournalOptions): z.infer<typeof head> {
  const { genesisTime, periodSeconds } = calendar
  return { version: VERSION, masternode, genesisTime, periodSeconds }
}

/** What a write that failed has left behind is overwritten by the next one. */
async function write(journal: OpenJournal, value: object): Promise<void> {
  const frame = encodeFrame(Buffer.from(JSON.stringify(value)))
  for (let done = 0; done < frame.length;) {
    const rest = frame.subarray(done)
    const { bytesWritten } = await journal.handle.write(
      rest,
      0,
      rest.length,
      journal.endBytes + done,
    )
    done += bytesWritten
  }
  await journal.handle.datasync()
  journal.endBytes += frame.length
}

function readJournal(
  options: WitnessJournalOptions,
  file: string,
  bytes: Buffer,
): { readonly minutes: readonly WitnessedMinute[]; readonly endBytes: number } {
  const { payloads, endBytes } = readFrames(bytes)
  const [first, ...rest] = payloads.map((payload): unknown => JSON.parse(payload.toString()))
  if (first === undefined) return { minutes: [], endBytes: 0 }
  const isOwn = JSON.stringify(head.safeParse(first).data) === JSON.stringify(headOf(options))
  if (!isOwn) throw new ForeignJournalError(file)
  return { minutes: rest.map((value) => entry.parse(value)), endBytes }
}

/** A crash at any point is made good by doing it again: the same journal gives the same file. */
async function seal(options: WitnessJournalOptions, period: Period): Promise<SealedFile> {
  const { folder, masternode, calendar } = options
  const journal = journalOf(folder, period)
  const { minutes } = readJournal(options, journal, await readFile(journal))
  const bytes = encodeWitnessFile(
    foldMinutes({ period, masternode, minutes: minutesOf(calendar) }, minutes),
  )
  const hash = witnessFileHash(bytes)
  const file = join(folder, `${period}-${hash}.witness`)
  const unfinished = `${file}.new`
  const handle = await open(unfinished, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(unfinished, file)
  await syncFolder(folder)
  await rm(journal)
  await syncFolder(folder)
  return { period, hash, file }
}

/** Each period has one more: a clock that is wrong for a while takes few away. */
const MOST_REMOVED = 2

async function removeOld({ folder, calendar }: WitnessJournalOptions, now: Period): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name): Promise<readonly KeptFile[]> => {
      const period = /^(\d{1,15})-0x[\da-f]{64}\.witness$/.exec(name)?.[1]
      if (period === undefined) return []
      const { size: bytes } = await stat(join(folder, name))
      return [{ name, period: parsePeriod(Number(period)), bytes }]
    }),
  )
  const before = now - Math.ceil(witnessFilesKept.seconds / calendar.periodSeconds)
  const removed = filesToRemove(files.flat(), before).slice(0, MOST_REMOVED)
  for (const { name } of removed) await rm(join(folder, name))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
