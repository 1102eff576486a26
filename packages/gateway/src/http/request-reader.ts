import { HeadCollector } from './head-collector.ts'
import type { HeldMemory } from './held-memory.ts'
import { CR, LF } from './octets.ts'
import { incomplete, refuse, type Incomplete, type Refusal } from './refusal.ts'
import { scanRequestHead, type RequestHead } from './request-head.ts'

/** Reads the heads of requests from what a client sends. */
export class RequestReader {
  /** What the positions of the head that was read last are of. */
  bytes: Buffer = Buffer.alloc(0)
  readonly #mostBytes: number
  readonly #memory: HeldMemory
  /** Collects a head that comes in pieces. */
  #collector: HeadCollector | undefined

  constructor(mostBytes: number, memory: HeldMemory) {
    this.#mostBytes = mostBytes
    this.#memory = memory
  }

  /** Whether a head has begun, and is not whole yet. */
  get isReading(): boolean {
    return this.#collector !== undefined
  }

  /** Reads on from `at`; an incomplete head takes all of the piece. */
  read(piece: Buffer, at: number): RequestHead | Incomplete | Refusal {
    if (this.#collector !== undefined) return this.#readCollected(piece.subarray(at))
    this.bytes = piece
    const head = this.#scan(at)
    if (head.kind !== 'incomplete') return head
    this.#collector = new HeadCollector(piece.subarray(at), this.#mostBytes)
    return this.#hold(piece.length - at)
  }

  /** Lets go of a head that has begun. */
  close(): void {
    this.#collector = undefined
    this.#memory.giveBack()
  }

  #readCollected(piece: Buffer): RequestHead | Incomplete | Refusal {
    const bytes = this.#collector?.add(piece)
    if (bytes === 'tooLarge') return this.#tooLarge()
    if (bytes === 'incomplete' || bytes === undefined) return this.#hold(piece.length)
    this.close()
    this.bytes = bytes
    const head = this.#scan(0)
    return head.kind === 'incomplete' ? refuse('The head is malformed.') : head
  }

  #scan(at: number): RequestHead | Incomplete | Refusal {
    const { bytes } = this
    // One empty line before a request is let pass: some clients end a body with it (RFC 9112, section 2.2).
    const isEmptyLine = bytes[at] === CR && bytes[at + 1] === LF
    if (bytes[at] === CR && bytes.length === at + 1) return incomplete
    const head = scanRequestHead(bytes, isEmptyLine ? at + 2 : at)
    return head.kind === 'request' && head.to - at > this.#mostBytes ? this.#tooLarge() : head
  }

  /** Many clients may each hold a head back: together they hold what the budget has. */
  #hold(bytes: number): Incomplete | Refusal {
    if (this.#memory.take(bytes)) return incomplete
    return refuse('Too many heads are on their way; try again soon.', 503)
  }

  #tooLarge(): Refusal {
    return refuse(`The head has more than ${this.#mostBytes} bytes.`, 431)
  }
}
