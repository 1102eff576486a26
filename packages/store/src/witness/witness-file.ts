import { hash } from 'node:crypto'

import {
  parseDeviceId,
  parseMasternodeId,
  parsePeriod,
  type DeviceId,
  type MasternodeId,
  type Period,
} from '@nexqloud/kernel'
import type { MinuteRecord, SeenRuns } from '@nexqloud/rules'

import { InvalidWitnessFileError } from './errors.ts'
import { bytesOf, countBits, decodeBits, hasBit, setBit } from './minute-bits.ts'
import { compareRuns } from './minute-pages.ts'
import type { WitnessedMinute, WitnessedRun } from './minute.ts'
import { packRuns, PackedRuns, RUN_BYTES } from './packed-runs.ts'

/** What one masternode saw in one period. */
export type WitnessFile = {
  readonly period: Period
  readonly masternode: MasternodeId
  /** Minutes of the period. */
  readonly minutes: number
  /** Those in which the masternode was up. Bit `m % 32` of word `m ÷ 32` is minute `m`. */
  readonly up: Uint32Array
  /** By id, rising: the minutes in which each was heard, at least one; none in which the masternode was not up. */
  readonly devices: ReadonlyMap<DeviceId, Uint32Array>
  /** Rising by instance, then device; each at least a second, and at most the minutes in which its device was heard. */
  readonly runs: SeenRuns
}

/** `NQW` and the version of the format. */
const MAGIC = Buffer.from('NQW2')
/** Bytes of a period's number. */
const PERIOD_BYTES = 6
/** Magic, period, masternode and minutes. */
const HEAD_BYTES = MAGIC.length + PERIOD_BYTES + 4 + 2
/** A day: no period is longer. */
const MOST_MINUTES = 1440
/** What is worth fetching from somebody else: some 350,000 devices, or 1,600,000 runs. */
export const WITNESS_FILE_MOST_BYTES = 64 * 1024 * 1024

/** Returns what a journal of a period says as a whole; minutes that it does not have were not witnessed. */
export function foldMinutes(
  head: Pick<WitnessFile, 'period' | 'masternode' | 'minutes'>,
  witnessed: readonly WitnessedMinute[],
): WitnessFile {
  const words = Math.ceil(head.minutes / 32)
  const up = new Uint32Array(words)
  const devices = new Map<DeviceId, Uint32Array>()
  const runs = new Map<string, WitnessedRun>()
  const inOrder = witnessed.toSorted((left, right) => left.index - right.index)
  for (const { index, devices: heard, runs: seen } of inOrder) {
    // Whoever wrote a minute twice is believed once.
    if (index >= head.minutes || hasBit(up, index)) continue
    setBit(up, index)
    for (const device of heard) {
      const bits = devices.get(device) ?? new Uint32Array(words)
      setBit(bits, index)
      devices.set(device, bits)
    }
    for (const run of seen) {
      const key = `${run.instance}/${run.device}`
      runs.set(key, { ...run, seconds: run.seconds + (runs.get(key)?.seconds ?? 0) })
    }
  }
  return {
    ...head,
    up,
    devices: new Map([...devices].toSorted(([left], [right]) => left - right)),
    runs: [...runs.values()].toSorted(compareRuns),
  }
}

/** Returns what a file says of a device, as the rules take it; one that it does not name was not heard. */
export function minuteRecordOf(
  { up, devices }: Pick<WitnessFile, 'up' | 'devices'>,
  device: DeviceId,
): MinuteRecord {
  return { up, seen: devices.get(device) ?? new Uint32Array(up.length) }
}

/** What a file is named by: the keccak256 of its bytes, 64 lower-case hex digits after `0x`. */
export type FileHash = `0x${string}` & { readonly _: 'FileHash' }

/** Whether bytes that were checked before, or made here, are what this masternode saw; a disk may have lost their end. */
export function isWitnessOf(bytes: Buffer, masternode: MasternodeId): boolean {
  return (
    bytes.length >= HEAD_BYTES &&
    bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
    bytes.readUInt32LE(MAGIC.length + PERIOD_BYTES) === masternode
  )
}

/** Returns the name of a file by its bytes. */
export function witnessFileHash(bytes: Uint8Array): FileHash {
  return `0x${hash('keccak-256', bytes, 'hex')}` as FileHash
}

/** Returns how many bytes a file takes. */
export function witnessFileBytes({
  minutes,
  devices,
  runs,
}: Pick<WitnessFile, 'minutes' | 'devices' | 'runs'>): number {
  const bitBytes = Math.ceil(minutes / 8)
  return HEAD_BYTES + bitBytes + 4 + devices.size * (4 + bitBytes) + 4 + runs.length * RUN_BYTES
}

/**
 * Returns the bytes of a file, little-endian: magic (4), period (6), masternode (4), minutes (2), bits of the minutes up; count of
 * devices (4), then of each id (4) and bits; count of runs (4), then of each device (4), seconds (4) and the instance's key (32, as it is written).
 * Bits of `n` minutes are `⌈n ÷ 8⌉` bytes, minute `m` being bit `m % 8` of byte `m ÷ 8`. It is served to everybody, and has no names.
 */
export function encodeWitnessFile(file: WitnessFile): Buffer {
  const { period, masternode, minutes, up, devices, runs } = file
  const bitBytes = Math.ceil(minutes / 8)
  const bytes = Buffer.alloc(witnessFileBytes(file))
  let at = MAGIC.copy(bytes)
  const number = (value: number): void => {
    at = bytes.writeUInt32LE(value, at)
  }
  const bits = (words: Uint32Array): void => {
    bytes.set(bytesOf(words).subarray(0, bitBytes), at)
    at += bitBytes
  }
  at = bytes.writeUIntLE(period, at, PERIOD_BYTES)
  number(masternode)
  at = bytes.writeUInt16LE(minutes, at)
  bits(up)
  number(devices.size)
  for (const [id, seen] of devices) {
    number(id)
    bits(seen)
  }
  number(runs.length)
  packRuns(runs, bytes, at)
  return bytes
}

/** What a file says before its devices. */
export type WitnessHead = Pick<WitnessFile, 'period' | 'masternode' | 'minutes'> & {
  /** How many devices it names. */
  readonly devices: number
}

/**
 * Returns what bytes from anybody begin with, in the same time however many they are: whoever knows what a file may say need not decode another one.
 *
 * @throws {@link InvalidWitnessFileError} where they begin otherwise.
 */
export function parseWitnessHead(bytes: Uint8Array): WitnessHead {
  return reading(bytes, (buffer) => {
    const cursor = { bytes: buffer, at: 0 }
    const head = readHead(cursor)
    take(cursor, Math.ceil(head.minutes / 8))
    return { ...head, devices: takeNumber(cursor) }
  })
}

/**
 * Returns what bytes from anybody say. It takes memory and time by their number, which may be {@link WITNESS_FILE_MOST_BYTES}: see {@link parseWitnessHead}.
 *
 * @throws {@link InvalidWitnessFileError} where they are not exactly what {@link encodeWitnessFile} gives for it.
 */
export function parseWitnessFile(bytes: Uint8Array): WitnessFile {
  return reading(bytes, (buffer) => {
    const file = readFile(buffer)
    check(file)
    return file
  })
}

function reading<Type>(bytes: Uint8Array, read: (bytes: Buffer) => Type): Type {
  if (bytes.length > WITNESS_FILE_MOST_BYTES) throw new InvalidWitnessFileError('it is too large')
  try {
    return read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  } catch (failure) {
    if (failure instanceof InvalidWitnessFileError) throw failure
    // An id out of range, or a read behind the end.
    throw new InvalidWitnessFileError(failure instanceof Error ? failure.message : 'it is broken')
  }
}

/** Where bytes are read from. */
type Cursor = { readonly bytes: Buffer; at: number }

function take(cursor: Cursor, length: number): Buffer {
  const piece = cursor.bytes.subarray(cursor.at, cursor.at + length)
  if (piece.length < length) throw new InvalidWitnessFileError('it ends too early')
  cursor.at += length
  return piece
}

function takeNumber(cursor: Cursor): number {
  const number = cursor.bytes.readUInt32LE(cursor.at)
  cursor.at += 4
  return number
}

/** Returns `words` with the bits that come next. */
function takeBits(cursor: Cursor, words: Uint32Array, minutes: number): Uint32Array {
  return decodeBits(take(cursor, Math.ceil(minutes / 8)), words, minutes)
}

function readHead(cursor: Cursor): Pick<WitnessFile, 'period' | 'masternode' | 'minutes'> {
  if (!take(cursor, MAGIC.length).equals(MAGIC)) {
    throw new InvalidWitnessFileError('it begins otherwise')
  }
  const period = parsePeriod(take(cursor, PERIOD_BYTES).readUIntLE(0, PERIOD_BYTES))
  const masternode = parseMasternodeId(takeNumber(cursor))
  const minutes = take(cursor, 2).readUInt16LE()
  if (minutes < 1 || minutes > MOST_MINUTES) {
    throw new InvalidWitnessFileError(`${minutes} minutes are no period`)
  }
  return { period, masternode, minutes }
}

/** Each byte is read once, and says something of its own: of one content there is one encoding. */
function readFile(bytes: Buffer): WitnessFile {
  const cursor = { bytes, at: 0 }
  const head = readHead(cursor)
  const up = takeBits(cursor, new Uint32Array(Math.ceil(head.minutes / 32)), head.minutes)
  const devices = readDevices(cursor, head.minutes)
  const runs = new PackedRuns(take(cursor, takeNumber(cursor) * RUN_BYTES))
  if (cursor.at !== bytes.length) throw new InvalidWitnessFileError('something follows its end')
  return { ...head, up, devices, runs }
}

/** All devices' minutes lie side by side: memory of its own for each takes twice as much. */
function readDevices(cursor: Cursor, minutes: number): ReadonlyMap<DeviceId, Uint32Array> {
  const count = takeNumber(cursor)
  const rows = { bytes: take(cursor, count * (4 + Math.ceil(minutes / 8))), at: 0 }
  const length = Math.ceil(minutes / 32)
  const words = new Uint32Array(count * length)
  const devices = new Map<DeviceId, Uint32Array>()
  for (let at = 0; at < words.length; at += length) {
    const id = parseDeviceId(takeNumber(rows))
    devices.set(id, takeBits(rows, words.subarray(at, at + length), minutes))
  }
  if (devices.size < count) throw new InvalidWitnessFileError('it names a device twice')
  return devices
}

function check({ up, devices, runs }: WitnessFile): void {
  let before = 0
  const mostSeconds = new Map<DeviceId, number>()
  for (const [id, seen] of devices) {
    if (id <= before) throw new InvalidWitnessFileError('its devices are not in order')
    const heard = countBits(seen)
    if (heard === 0) throw new InvalidWitnessFileError(`device ${id} was never heard`)
    if (seen.some((word, index) => (word & ~(up[index] ?? 0)) !== 0)) {
      throw new InvalidWitnessFileError(`device ${id} was heard while the masternode was not up`)
    }
    mostSeconds.set(id, 60 * heard)
    before = id
  }
  let last: WitnessedRun | undefined
  for (const run of runs) {
    if (last !== undefined && compareRuns(last, run) >= 0) {
      throw new InvalidWitnessFileError('its runs are not in order')
    }
    const most = mostSeconds.get(run.device) ?? 0
    if (run.seconds < 1 || run.seconds > most) {
      throw new InvalidWitnessFileError(
        `${run.seconds} s of ${run.instance} are not from 1 to ${most}`,
      )
    }
    last = run
  }
}
