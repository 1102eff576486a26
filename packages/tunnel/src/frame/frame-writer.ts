import type { Duplex } from 'node:stream'

import { frames, HEADER_BYTES, type FrameName } from './frame-table.ts'
import { encodeReason, resetCodes, type ResetCode } from './reset-code.ts'

/** Data of at most so many bytes is copied beside its header; copying larger pieces costs more than writing them apart. */
export const COPIED_BYTES = 4096

/** A slab begins small, so that an idle link holds little, and grows while it is filled. */
const [LEAST_SLAB_BYTES, MOST_SLAB_BYTES] = [1024, 65_536]

const DATA = frames.data.type << 8

/** So much fills a record of TLS: more of it makes no write cheaper. */
const RECORD_BYTES = 16_384

/**
 * Writes frames into a socket: small ones together in a slab. All of one turn of the event loop leave in one write, and what is
 * less than a record waits for those of one more turn, in which the loop does not sleep.
 */
export class FrameWriter {
  readonly #socket: Duplex
  readonly #afterFlush: () => void
  #slab = Buffer.alloc(0)
  /** The slab's bytes from here on are not written yet. */
  #from = 0
  #to = 0
  #isScheduled = false
  readonly #flushNow = (): void => this.#flush()
  readonly #flushLater = (): void => {
    if (this.waitingBytes < RECORD_BYTES) setImmediate(this.#flushNow)
    else this.#flush()
  }

  constructor(socket: Duplex, afterFlush: () => void) {
    this.#socket = socket
    this.#afterFlush = afterFlush
  }

  /** Bytes that the network has not taken yet. */
  get waitingBytes(): number {
    return this.#socket.writableLength + this.#to - this.#from
  }

  /** Writes data; a piece of more than {@link COPIED_BYTES} may not change until `release` is called. */
  writeData(id: number, piece: Buffer, release?: () => void): void {
    if (piece.length <= COPIED_BYTES) {
      this.#writeCopied(DATA, id, piece)
      return release?.()
    }
    this.#writeHeader(DATA, id, piece.length)
    this.#seal()
    this.#socket.write(piece, release)
  }

  /** Writes a frame that carries a value. */
  writeValue(name: FrameName, id: number, value: number): void {
    this.#writeHeader(frames[name].type << 8, id, value)
  }

  /** Writes a frame that carries a payload. */
  writePayload(
    name: FrameName,
    { id, flags }: { readonly id: number; readonly flags: number },
    payload: Buffer,
  ): void {
    this.#writeCopied((frames[name].type << 8) | flags, id, payload)
  }

  /**
   * Writes the frame that opens a stream.
   *
   * @throws RangeError where the target does not fit.
   */
  writeOpen(
    {
      id,
      isUrgent,
      windowBytes,
    }: { readonly id: number; readonly isUrgent: boolean; readonly windowBytes: number },
    target: Buffer,
  ): void {
    const mostBytes = frames.open.most - 4
    if (target.length > mostBytes) {
      throw new RangeError(`A target has ${target.length} bytes; ${mostBytes} are the most.`)
    }
    const payload = Buffer.allocUnsafe(4 + target.length)
    payload.writeUInt32BE(windowBytes)
    target.copy(payload, 4)
    this.writePayload('open', { id, flags: isUrgent ? 1 : 0 }, payload)
  }

  /** Writes a frame that says why a stream, or the link (id 0), ends. */
  writeFarewell(
    name: 'reset' | 'goAway',
    id: number,
    { code, reason }: { readonly code: ResetCode; readonly reason: string },
  ): void {
    const payload = encodeReason(reason, frames[name].most)
    this.writePayload(name, { id, flags: resetCodes[code] }, payload)
  }

  /** Hands everything to the socket now. */
  flush(): void {
    if (this.#isScheduled) this.#flush()
  }

  /** Lets go of a slab that a busy time has left. */
  trim(): void {
    if (this.#isScheduled) return
    this.#slab = Buffer.alloc(0)
    this.#from = 0
    this.#to = 0
  }

  #writeCopied(head: number, id: number, payload: Buffer): void {
    this.#reserve(HEADER_BYTES + payload.length)
    this.#writeHeader(head, id, payload.length)
    payload.copy(this.#slab, this.#to)
    this.#to += payload.length
  }

  /** `head`: type and flags, 16 bits. */
  #writeHeader(head: number, id: number, value: number): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true
      this.#socket.cork()
      setImmediate(this.#flushLater)
    }
    this.#reserve(HEADER_BYTES)
    const at = this.#to
    const slab = this.#slab
    slab.writeUInt32BE(head << 16, at)
    slab.writeUInt32BE(id, at + 4)
    slab.writeUInt32BE(value, at + 8)
    this.#to = at + HEADER_BYTES
  }

  #reserve(bytes: number): void {
    if (this.#slab.length - this.#to >= bytes) return
    this.#seal()
    const grown = Math.min(this.#slab.length * 4, MOST_SLAB_BYTES)
    this.#slab = Buffer.allocUnsafeSlow(Math.max(grown, LEAST_SLAB_BYTES, bytes))
    this.#from = 0
    this.#to = 0
  }

  #seal(): void {
    if (this.#to === this.#from) return
    this.#socket.write(this.#slab.subarray(this.#from, this.#to))
    this.#from = this.#to
  }

  #flush(): void {
    if (!this.#isScheduled) return
    this.#isScheduled = false
    this.#seal()
    this.#socket.uncork()
    this.#afterFlush()
  }
}
