import { createFieldLine, scanFieldLine } from './field-line.ts'
import { noBody, type Framing } from './framing.ts'
import { CR, hexDigits, LF } from './octets.ts'
import { refuse, type Refusal } from './refusal.ts'

/** Where the scanner of a chunked body stands: what the next byte belongs to. */
type ChunkPart =
  | 'size'
  | 'sizeLf'
  | 'data'
  | 'dataCr'
  | 'dataLf'
  | 'lineStart'
  | 'trailer'
  | 'lastLf'

const NO_DIGIT = 255

/** Eight hexadecimal digits: 4 GiB. */
const MOST_SIZE_DIGITS = 8

/** Trailers are held until their line is whole. */
const MOST_TRAILER_BYTES = 8192

/** Returns what follows a body; no body has one scanner for all. */
export function createBodyScanner(
  framing: Framing,
  rule: { readonly mayHaveTrailers: boolean },
): BodyScanner {
  return framing === noBody ? noBodyScanner : new BodyScanner(framing, rule)
}

/** Follows a body to its end, piece by piece. Nothing of it is held, but for the line of a trailer. */
export class BodyScanner {
  /** Whether the body has ended. */
  isDone: boolean
  /** Why the bytes are no body; none may pass after that. */
  refusal: Refusal | undefined
  readonly #framing: Framing['kind']
  readonly #mayHaveTrailers: boolean
  #part: ChunkPart = 'size'
  /** Bytes that the body, or the chunk, still has. */
  #left: number
  #digits = 0
  #trailer: number[] = []

  constructor(framing: Framing, { mayHaveTrailers }: { readonly mayHaveTrailers: boolean }) {
    this.#framing = framing.kind
    this.#mayHaveTrailers = mayHaveTrailers
    this.#left = framing.kind === 'length' ? framing.bytes : 0
    this.isDone = framing.kind === 'length' && framing.bytes === 0
  }

  /** Returns up to where the bytes from `from` on belong to the body, and are as they should. */
  scan(bytes: Buffer, from: number): number {
    if (this.isDone || this.refusal !== undefined) return from
    if (this.#framing === 'untilEnd') return bytes.length
    if (this.#framing === 'chunked') return this.#scanChunks(bytes, from)
    const to = Math.min(bytes.length, from + this.#left)
    this.#left -= to - from
    this.isDone = this.#left === 0
    return to
  }

  /** The connection has ended. Returns whether the body is whole. */
  end(): boolean {
    this.isDone ||= this.#framing === 'untilEnd'
    return this.isDone
  }

  #scanChunks(bytes: Buffer, from: number): number {
    let at = from
    while (at < bytes.length && !this.isDone) {
      if (this.#part === 'data') {
        const to = Math.min(bytes.length, at + this.#left)
        this.#left -= to - at
        if (this.#left === 0) this.#part = 'dataCr'
        at = to
      } else {
        this.#step(bytes[at] ?? 0)
        if (this.refusal !== undefined) return at
        at += 1
      }
    }
    return at
  }

  #step(byte: number): void {
    switch (this.#part) {
      case 'size':
        return this.#takeSize(byte)
      case 'sizeLf':
        return this.#expect(byte, LF, this.#left === 0 ? 'lineStart' : 'data')
      case 'dataCr':
        return this.#expect(byte, CR, 'dataLf')
      case 'dataLf':
        this.#digits = 0
        return this.#expect(byte, LF, 'size')
      case 'lineStart':
        return this.#beginLine(byte)
      case 'lastLf':
        this.isDone = byte === LF
        return this.#expect(byte, LF, 'lastLf')
      case 'trailer':
        return this.#takeTrailer(byte)
      case 'data':
        return undefined
    }
  }

  #takeSize(byte: number): void {
    const digit = hexDigits[byte] ?? NO_DIGIT
    if (digit !== NO_DIGIT && this.#digits < MOST_SIZE_DIGITS) {
      this.#left = this.#left * 16 + digit
      this.#digits += 1
    } else if (byte === CR && this.#digits > 0) {
      this.#part = 'sizeLf'
    } else {
      this.refusal = refuse('The size of a chunk is malformed, too large, or has an extension.')
    }
  }

  #expect(byte: number, wanted: number, next: ChunkPart): void {
    if (byte === wanted) this.#part = next
    else this.refusal = refuse('A chunk does not end where it said.')
  }

  #beginLine(byte: number): void {
    if (byte === CR) {
      this.#part = 'lastLf'
    } else if (this.#mayHaveTrailers) {
      this.#part = 'trailer'
      this.#takeTrailer(byte)
    } else {
      this.refusal = refuse('Nothing may follow the last chunk.')
    }
  }

  #takeTrailer(byte: number): void {
    this.#trailer.push(byte)
    if (this.#trailer.length > MOST_TRAILER_BYTES) {
      this.refusal = refuse(`A trailer has more than ${MOST_TRAILER_BYTES} bytes.`)
    } else if (byte === LF) {
      const line = createFieldLine()
      const failure = scanFieldLine(Uint8Array.from(this.#trailer), 0, line)
      this.#trailer = []
      this.#part = 'lineStart'
      if (failure !== undefined || line.known !== undefined) {
        this.refusal = refuse('A trailer is malformed, or has a name that no trailer may have.')
      }
    }
  }
}

/** It is done, and stays so. */
const noBodyScanner = new BodyScanner(noBody, { mayHaveTrailers: false })
