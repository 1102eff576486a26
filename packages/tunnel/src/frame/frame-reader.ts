import { PeerViolationError } from './errors.ts'
import { frameNames, frames, HEADER_BYTES, type FrameKind, type FrameName } from './frame-table.ts'

/** A frame that is not data, whole. */
export type ControlFrame = {
  readonly name: Exclude<FrameName, 'data'>
  readonly flags: number
  readonly id: number
  /** The header's last field: a value, or the payload's length. */
  readonly value: number
  readonly payload: Buffer
}

/** Who takes what was read. What it throws ends the reading. */
export type FrameSink = {
  /** A data frame begins; its bytes follow piece by piece, as they come. */
  readonly beginData: (id: number, length: number) => void
  /** Bytes of the frame that has begun: a view of what was read, never empty. */
  readonly takeData: (piece: Buffer) => void
  readonly takeFrame: (frame: ControlFrame) => void
}

const NOTHING = Buffer.alloc(0)

/** Cuts bytes into frames, and refuses what no frame may be before it holds any of it. */
export class FrameReader {
  readonly #sink: FrameSink
  readonly #header = Buffer.alloc(HEADER_BYTES)
  #headerBytes = 0
  /** Bytes that the frame's payload still lacks. */
  #left = 0
  /** The control frame whose payload is being read; data has none. */
  #frame: ControlFrame | undefined
  #isStopped = false

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /**
   * Reads on.
   *
   * @throws {@link PeerViolationError} where the bytes are no frames; nothing may be read after that.
   */
  read(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length && !this.#isStopped) {
      if (this.#left > 0) at = this.#readPayload(bytes, at)
      else at = this.#readHeader(bytes, at)
    }
  }

  /** Lets the rest of what is being read fall. */
  stop(): void {
    this.#isStopped = true
  }

  #readPayload(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + this.#left)
    const frame = this.#frame
    if (frame === undefined) {
      this.#left -= to - from
      this.#sink.takeData(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to))
      return to
    }
    bytes.copy(frame.payload, frame.payload.length - this.#left, from, to)
    this.#left -= to - from
    if (this.#left === 0) {
      this.#frame = undefined
      this.#sink.takeFrame(frame)
    }
    return to
  }

  #readHeader(bytes: Buffer, from: number): number {
    if (this.#headerBytes === 0 && bytes.length - from >= HEADER_BYTES) {
      this.#begin(bytes, from)
      return from + HEADER_BYTES
    }
    const to = Math.min(bytes.length, from + HEADER_BYTES - this.#headerBytes)
    bytes.copy(this.#header, this.#headerBytes, from, to)
    this.#headerBytes += to - from
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0
      this.#begin(this.#header, 0)
    }
    return to
  }

  #begin(header: Buffer, at: number): void {
    const { name, flags, id, value } = parseHeader(header, at)
    if (name === 'data') {
      this.#left = value
      this.#sink.beginData(id, value)
      return
    }
    const hasPayload = frames[name].length === 'payload' && value > 0
    const payload = hasPayload ? Buffer.alloc(value) : NOTHING
    const frame = { name, flags, id, value, payload }
    if (!hasPayload) return this.#sink.takeFrame(frame)
    this.#frame = frame
    this.#left = value
  }
}

/** By type number: of each frame that comes one is looked up. */
const kinds: readonly FrameKind[] = frameNames.map((name) => frames[name])

type Header = Pick<ControlFrame, 'flags' | 'id' | 'value'> & { readonly name: FrameName }

function parseHeader(header: Buffer, at: number): Header {
  const type = header[at] ?? 0
  const flags = header[at + 1] ?? 0
  const id = header.readUInt32BE(at + 4)
  const value = header.readUInt32BE(at + 8)
  const name = frameNames[type]
  const kind = kinds[type]
  if (name === undefined || kind === undefined) {
    throw new PeerViolationError('protocolError', `A frame has the unknown type ${type}.`)
  }
  const isMalformed =
    header.readUInt16BE(at + 2) !== 0 ||
    (flags & ~kind.flags) !== 0 ||
    (id === 0) !== (kind.of === 'link')
  if (isMalformed) {
    throw new PeerViolationError('protocolError', `A header of ${name} is malformed.`)
  }
  if (value < kind.least || value > kind.most) throw outOfBounds(name, value)
  return { name, flags, id, value }
}

function outOfBounds(name: FrameName, value: number): PeerViolationError {
  const { length, least, most } = frames[name]
  const what = length === 'payload' ? 'a payload of so many bytes' : 'a value'
  return new PeerViolationError(
    'protocolError',
    `A frame of ${name} announces ${what}: ${value}; it may be ${least} to ${most}.`,
  )
}
