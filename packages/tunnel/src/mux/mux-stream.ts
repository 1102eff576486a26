import type { BlockPool, HeldPiece } from '../frame/block-pool.ts'
import { PeerViolationError } from '../frame/errors.ts'
import { frames } from '../frame/frame-table.ts'
import { COPIED_BYTES } from '../frame/frame-writer.ts'
import type { ResetCode } from '../frame/reset-code.ts'
import { nextStreamState, type StreamState } from './stream-life.ts'
import type { Turns } from './turns.ts'
import type { WindowBudget } from './window-budget.ts'
import {
  LEAST_DATA_COST,
  LEAST_WINDOW_BYTES,
  MOST_WINDOW_BYTES,
  nextWindowBytes,
} from './window.ts'

/** Why a stream ended before both ends had ended it. */
export type StreamReset = { readonly code: ResetCode; readonly reason: string }

/** Who uses a stream. Nothing is called after `onReset`, nor after both directions have ended. */
export type StreamHandler = {
  /**
   * Bytes have come, in order: a view of what the network gave, so whoever keeps a small one copies it. For each byte
   * {@link MuxStream.consumed} is called once it needs no memory any more; until then the peer's credit is that much less.
   */
  readonly onData: (piece: Buffer) => void
  /** The peer sends no more. */
  readonly onEnd: () => void
  /** The peer, or the end of the link, ended the stream. Not called for a reset of our own. */
  readonly onReset: (reset: StreamReset) => void
  /** After a `write` that returned false: more may be written. */
  readonly onWritable: () => void
}

/** What a stream needs of its mux. */
export type StreamHost = {
  readonly budget: WindowBudget
  readonly roundTripMs: number
  readonly hasRoom: (stream: MuxStream) => boolean
  readonly steadyMs: () => number
  readonly blocks: BlockPool
  readonly writeData: (id: number, piece: Buffer, release: (() => void) | undefined) => void
  readonly writeValue: (name: 'windowUpdate' | 'end', id: number, value: number) => void
  readonly writeReset: (id: number, reset: StreamReset) => void
  readonly turns: Pick<Turns, 'add' | 'charge'>
  /** The stream is closed. The peer may still send so much that it does not know of. */
  readonly drop: (stream: MuxStream, strayBytes: number) => void
}

/** How a stream begins. */
export type StreamStart = {
  readonly id: number
  /** Goes before others when it waits for the link: small and prompt, e.g. control. */
  readonly isUrgent: boolean
  readonly sendWindowBytes: number
  readonly receiveWindowBytes: number
}

/** One of the many streams of a link: bytes both ways, each direction with its own end and its own credit. */
export class MuxStream {
  readonly id: number
  readonly isUrgent: boolean
  /** Who uses it; whoever takes a stream over replaces it. */
  handler: StreamHandler
  /** For the turns: how far it is, beside the others. */
  chargedTo = 0
  readonly #host: StreamHost
  #state: StreamState = 'open'
  #sendWindow: number
  /** What waits for credit or for the link; undefined while the user may write. */
  #queue: HeldPiece[] | undefined
  #isEnding = false
  /** The window that the stream should have. */
  #windowBytes: number
  /** What the peer may still send. */
  #receiveWindow: number
  /** Received and not consumed. */
  #heldBytes = 0
  /** Cost above the bytes, of small pieces that are held. */
  #padding = 0
  #credit = 0
  #creditedMs: number

  constructor(
    host: StreamHost,
    start: StreamStart,
    createHandler: (stream: MuxStream) => StreamHandler,
  ) {
    this.#host = host
    this.id = start.id
    this.isUrgent = start.isUrgent
    this.#sendWindow = start.sendWindowBytes
    this.#windowBytes = start.receiveWindowBytes
    this.#receiveWindow = start.receiveWindowBytes
    this.#creditedMs = host.steadyMs()
    host.budget.count(1)
    host.budget.take(start.receiveWindowBytes - LEAST_WINDOW_BYTES)
    this.handler = createHandler(this)
  }

  get state(): StreamState {
    return this.#state
  }

  /** The receive window: a stream that holds a large one should not be kept idle. */
  get windowBytes(): number {
    return this.#windowBytes
  }

  /** Whether nothing waits, neither to be sent nor to be consumed. */
  get isQuiet(): boolean {
    return this.#queue === undefined && this.#heldBytes === 0
  }

  /**
   * Sends bytes, which may not change afterwards. Returns whether more may be written at once; otherwise `onWritable` tells when.
   * On a closed stream bytes fall, since the handler may not know yet.
   */
  write(bytes: Buffer): boolean {
    return this.#write({ bytes, release: undefined })
  }

  /** As {@link write}, of bytes that may change as soon as it returns. */
  writeVolatile(bytes: Buffer): boolean {
    const isCopiedAnyway =
      bytes.length <= COPIED_BYTES &&
      bytes.length <= this.#sendWindow &&
      this.#queue === undefined &&
      this.#host.hasRoom(this)
    return isCopiedAnyway ? this.write(bytes) : this.#write(this.#host.blocks.copy(bytes))
  }

  /** Ends our direction, after what was written. May be called again. */
  end(): void {
    if (this.#isEnding || this.#state === 'closed') return
    this.#isEnding = true
    if (this.#queue === undefined || this.#queue.length === 0) this.#sendEnd()
  }

  /** Ends both directions at once; the peer's handler is told why. Does nothing on a closed stream. */
  reset(code: ResetCode, reason = ''): void {
    if (this.#state === 'closed') return
    const canCome = this.#state !== 'halfClosedRemote'
    this.#host.writeReset(this.id, { code, reason })
    this.#close(canCome ? this.#receiveWindow : 0)
  }

  /** So many bytes of what `onData` gave need no memory any more. */
  consumed(bytes: number): void {
    if (this.#state === 'closed') return
    this.#heldBytes -= bytes
    this.#credit += bytes
    if (this.#heldBytes === 0) {
      this.#credit += this.#padding
      this.#padding = 0
    }
    if (this.#credit >= this.#windowBytes / 2 && this.#state !== 'halfClosedRemote')
      this.#giveCredit()
  }

  /** For the mux: a data frame has begun. */
  beginData(length: number): void {
    if (this.#state === 'halfClosedRemote') {
      throw new PeerViolationError('protocolError', `Data came on stream ${this.id} after its end.`)
    }
    const cost = Math.max(length, LEAST_DATA_COST)
    if (cost > this.#receiveWindow) {
      throw new PeerViolationError(
        'flowControlError',
        `A data frame on stream ${this.id} costs ${cost} bytes of credit; ${this.#receiveWindow} were left.`,
      )
    }
    this.#receiveWindow -= cost
    this.#padding += cost - length
    this.#heldBytes += length
  }

  /** For the mux: the peer gave credit. */
  takeCredit(bytes: number): void {
    this.#sendWindow += bytes
    if (this.#sendWindow > MOST_WINDOW_BYTES) {
      throw new PeerViolationError(
        'flowControlError',
        `Credit of ${bytes} raises the window of stream ${this.id} to ${this.#sendWindow}; ${MOST_WINDOW_BYTES} is the most.`,
      )
    }
    if (this.#queue !== undefined && this.#sendWindow >= LEAST_DATA_COST) this.#host.turns.add(this)
  }

  /** For the mux: the peer ended its direction. */
  takeEnd(): void {
    if (this.#state === 'halfClosedRemote') {
      throw new PeerViolationError('protocolError', `Stream ${this.id} was ended twice.`)
    }
    this.#state = nextStreamState(this.#state, 'receiveEnd')
    if (this.#state === 'closed') this.#close(0)
    this.handler.onEnd()
  }

  /** For the mux: the peer, or the end of the link, reset the stream. */
  takeReset(reset: StreamReset): void {
    if (this.#state === 'closed') return
    this.#close(0)
    this.handler.onReset(reset)
  }

  /** For the mux: the stream's turn, of one frame. Returns whether it wants another one. */
  takeTurn(): boolean {
    const first = this.#queue?.[0]
    if (first !== undefined) {
      const rest = this.#sendFrame(first)
      if (rest === undefined) this.#queue?.shift()
      else this.#queue?.splice(0, 1, rest)
    }
    if (this.#queue === undefined) return false
    if (this.#queue.length === 0 && this.#isEnding) {
      this.#sendEnd()
      return false
    }
    if (this.#sendWindow < LEAST_DATA_COST) return false
    if (this.#queue.length > 0) return true
    this.#queue = undefined
    this.handler.onWritable()
    return false
  }

  #write(piece: HeldPiece): boolean {
    if (this.#state === 'closed') return true
    if (this.#isEnding) throw new TypeError('Bytes were written to a stream after its end.')
    if (this.#queue === undefined) return piece.bytes.length === 0 || this.#sendNow(piece)
    if (piece.bytes.length > 0) this.#queue.push(piece)
    return false
  }

  /** Sends what link and credit allow, and queues the rest. */
  #sendNow(piece: HeldPiece): boolean {
    let rest: HeldPiece | undefined = piece
    while (rest !== undefined && this.#host.hasRoom(this) && this.#sendWindow >= LEAST_DATA_COST) {
      rest = this.#sendFrame(rest)
    }
    if (rest === undefined && this.#sendWindow >= LEAST_DATA_COST) return true
    this.#queue = rest === undefined ? [] : [rest]
    if (rest !== undefined && !this.#host.hasRoom(this)) this.#host.turns.add(this)
    return false
  }

  /** Sends what fits into one frame and returns the rest. */
  #sendFrame(piece: HeldPiece): HeldPiece | undefined {
    if (this.#sendWindow < LEAST_DATA_COST) return piece
    const { bytes, release } = piece
    const length = Math.min(bytes.length, this.#sendWindow, frames.data.most)
    this.#sendWindow -= Math.max(length, LEAST_DATA_COST)
    this.#host.turns.charge(this, length)
    if (length === bytes.length) {
      this.#host.writeData(this.id, bytes, release)
      return undefined
    }
    this.#host.writeData(this.id, bytes.subarray(0, length), undefined)
    return { bytes: bytes.subarray(length), release }
  }

  #sendEnd(): void {
    this.#queue = undefined
    this.#host.writeValue('end', this.id, 0)
    this.#state = nextStreamState(this.#state, 'sendEnd')
    if (this.#state === 'closed') this.#close(0)
  }

  #giveCredit(): void {
    const { budget, roundTripMs } = this.#host
    const nowMs = this.#host.steadyMs()
    const wanted = nextWindowBytes({
      windowBytes: this.#windowBytes,
      sinceCreditMs: nowMs - this.#creditedMs,
      roundTripMs,
      freeBytes: budget.freeBytes(),
      budgetBytes: budget.budgetBytes,
      streams: budget.streams(),
    })
    const credit = this.#credit + wanted - this.#windowBytes
    budget.take(wanted - this.#windowBytes)
    this.#windowBytes = wanted
    this.#credit = 0
    this.#creditedMs = nowMs
    if (credit === 0) return
    this.#receiveWindow += credit
    this.#host.writeValue('windowUpdate', this.id, credit)
  }

  #close(strayBytes: number): void {
    if (this.#state !== 'closed') this.#state = nextStreamState(this.#state, 'reset')
    this.#queue = undefined
    const { budget } = this.#host
    budget.count(-1)
    budget.take(LEAST_WINDOW_BYTES - this.#windowBytes)
    this.#host.drop(this, strayBytes)
  }
}
