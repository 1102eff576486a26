import { open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import {
  BaseError,
  parseDeviceId,
  parseInstanceKey,
  parsePeriod,
  type MasternodeId,
  type Period,
} from '@nexqloud/kernel'
import type { Calendar } from '@nexqloud/rules'
import { z } from 'zod'

import { ForeignJournalError, WitnessUnwrittenError } from './errors.ts'
import { nameOf, syncFolder, type FileShelf } from './file-shelf.ts'
import { fitRuns } from './fit-runs.ts'
import { encodeFrame, readFrames } from './journal-frame.ts'
import { minutesOf, type WitnessedMinute } from './minute.ts'
import { encodeWitnessFile, foldMinutes, isWitnessOf, type FileHash } from './witness-file.ts'

/** Where a masternode keeps what it witnesses. */
export type WitnessJournalOptions = {
  /** Where the files go; the journals lie beside them. */
  readonly shelf: FileShelf
  readonly masternode: MasternodeId
  readonly calendar: Calendar
  /** The most that others take of a file: {@link WITNESS_FILE_MOST_BYTES}, if it is not given. */
  readonly mostFileBytes?: number
}

/** A witness file that was made of a journal. */
export type SealedFile = {
  readonly period: Period
  readonly hash: FileHash
  readonly file: string
  /** Runs that were seen, and are not in it, as others would not take it with them. */
  readonly runsLeftOut: number
}

/** The journals of the periods that are not over, and the files of those that are. One process writes them. */
export type WitnessJournal = {
  /** Resolves once the minute is on the disk. One at a time; a minute that is there already is left as it is. */
  readonly append: (period: Period, minute: WitnessedMinute) => Promise<void>
  /**
   * Makes the files of all periods before this one, and takes their journals away, and files that are too old; may be called twice. Of the period right
   * before it there is a file in any case: one that was away throughout it says so.
   */
  readonly sealBefore: (period: Period) => Promise<readonly SealedFile[]>
  readonly close: () => Promise<void>
}

const VERSION = 2
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
      instance: z.string().transform(parseInstanceKey),
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

/** Opens the journals beside a shelf. */
export async function openWitnessJournal(options: WitnessJournalOptions): Promise<WitnessJournal> {
  const { shelf } = options
  const { folder } = shelf
  /** Periods that there is a file of ours of. */
  const own = new Set<number>()
  let current: OpenJournal | undefined

  async function hasOwn(period: number): Promise<boolean> {
    if (!own.has(period) && (await findOwnFile(options, parsePeriod(period))) !== undefined) {
      own.add(period)
    }
    return own.has(period)
  }

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
      for (const { period } of sealed) own.add(period)
      if (before > 0 && !(await hasOwn(before - 1))) {
        const what = `The file of period ${before - 1}`
        const period = parsePeriod(before - 1)
        sealed.push(await explained(folder, what, () => sealMinutes(options, period, [])))
        own.add(period)
      }
      if (sealed.length > 0) await shelf.tidy(before)
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
  const { folder } = options.shelf
  const file = journalOf(folder, period)
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
      await syncFolder(folder)
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
  // What was written before runs had the names that they are paid by is of no use to anybody.
  const isOld = z.looseObject({ version: z.literal(1) }).safeParse(first).success
  if (first === undefined || isOld) return { minutes: [], endBytes: 0 }
  const isOwn = JSON.stringify(head.safeParse(first).data) === JSON.stringify(headOf(options))
  if (!isOwn) throw new ForeignJournalError(file)
  return { minutes: rest.map((value) => entry.parse(value)), endBytes }
}

/** A crash at any point is made good by doing it again: the same journal gives the same file. */
async function seal(options: WitnessJournalOptions, period: Period): Promise<SealedFile> {
  const { folder } = options.shelf
  const journal = journalOf(folder, period)
  const { minutes } = readJournal(options, journal, await readFile(journal))
  const sealed = await sealMinutes(options, period, minutes)
  await rm(journal)
  await syncFolder(folder)
  return sealed
}

async function sealMinutes(
  { shelf, masternode, calendar, mostFileBytes }: WitnessJournalOptions,
  period: Period,
  minutes: readonly WitnessedMinute[],
): Promise<SealedFile> {
  const seen = foldMinutes({ period, masternode, minutes: minutesOf(calendar) }, minutes)
  const { file, runsLeftOut } = fitRuns(seen, mostFileBytes)
  const place = { period, author: masternode }
  const hash = await shelf.keep(place, encodeWitnessFile(file))
  return { period, hash, file: join(shelf.folder, nameOf(place, hash)), runsLeftOut }
}

/** Returns the file of a period that a masternode has made itself; nothing where it is not there. */
export async function findOwnFile(
  { shelf, masternode }: Pick<WitnessJournalOptions, 'shelf' | 'masternode'>,
  period: Period,
): Promise<FileHash | undefined> {
  for (const hash of shelf.hashesOf(period)) {
    const bytes = await shelf.read(hash)
    if (bytes !== undefined && isWitnessOf(bytes, masternode)) return hash
  }
  return undefined
}
