/** A stream's user that knows what it should be given. */

import type { MuxStream, StreamHandler } from '../src/mux/mux-stream.ts'

/** Writes that follow on each other. */
export type Burst = {
  readonly bytes: number
  readonly times: number
  /** Whether the memory is used again at once. */
  readonly isVolatile: boolean
}

/** One end of a stream: what its user wrote and was given. */
export class ModelSide {
  readonly stream: MuxStream
  readonly name: string
  sentBytes = 0
  receivedBytes = 0
  heldBytes = 0
  isReading = true
  mayWrite = true
  hasEnded = false
  isEnding = false
  wasReset = false
  other: ModelSide | undefined

  constructor(stream: MuxStream, name: string) {
    this.stream = stream
    this.name = name
  }

  /** Writes so many bytes so many times, at most 1 MB, whether it may or not. */
  write({ bytes, times, isVolatile }: Burst): void {
    if (this.isEnding || this.stream.state === 'closed') return
    for (let turn = 0; turn < Math.min(times, 2 ** 20 / (bytes + 1)); turn += 1) {
      const piece = Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => this.sentBytes + at))
      this.sentBytes += bytes
      this.mayWrite = isVolatile ? this.stream.writeVolatile(piece) : this.stream.write(piece)
      if (isVolatile) piece.fill(0)
    }
  }

  read(): void {
    this.isReading = true
    this.stream.consumed(this.heldBytes)
    this.heldBytes = 0
  }

  handler(): StreamHandler {
    return {
      onData: (piece) => this.#take(piece),
      onEnd: () => {
        this.#assert(!this.hasEnded && !this.wasReset, 'no end after an end')
        this.#assert(this.receivedBytes === this.other?.sentBytes, 'no end before all bytes')
        this.hasEnded = true
      },
      onReset: () => {
        this.#assert(!this.wasReset, 'no reset after a reset')
        this.wasReset = true
      },
      onWritable: () => {
        this.#assert(!this.mayWrite, 'no wake-up for who does not wait')
        this.mayWrite = true
      },
    }
  }

  #take(piece: Buffer): void {
    this.#assert(!this.hasEnded && !this.wasReset, 'no bytes after the end')
    const isRight = piece.every((byte, at) => byte === ((this.receivedBytes + at) & 255))
    this.#assert(isRight, 'the bytes that were written')
    this.receivedBytes += piece.length
    if (this.isReading) return this.stream.consumed(piece.length)
    this.heldBytes += piece.length
    this.#assert(this.heldBytes <= this.stream.windowBytes, 'no more bytes than the window')
  }

  #assert(holds: boolean, what: string): void {
    if (!holds) throw new Error(`Stream ${this.name} should give ${what}.`)
  }
}
