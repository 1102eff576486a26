import type { MuxStream } from './mux-stream.ts'

/** So many streams that are behind go before one of the others does: new ones, which all are, could keep it away for ever. */
const MOST_PASSES = 8

/** How far a stream may be ahead and still count as behind: an answer comes in several pieces. */
const AHEAD_BYTES = 16 << 10

/**
 * The streams that wait for the link. Urgent ones go first. Of the others each sends one frame in its turn; one that has sent less
 * than its share does not wait for a turn of all: a small answer passes the downloads (fair queueing, RFC 8290, section 4).
 */
export class Turns {
  readonly #urgent = new Set<MuxStream>()
  readonly #behind = new Set<MuxStream>()
  readonly #others = new Set<MuxStream>()
  /** How far a stream is, in bytes, that always had its share. */
  #sharedTo = 0
  #passes = 0
  #isRunning = false

  add(stream: MuxStream): void {
    if (stream.isUrgent) this.#urgent.add(stream)
    else if (stream.chargedTo <= this.#sharedTo + AHEAD_BYTES) this.#behind.add(stream)
    else this.#others.add(stream)
  }

  delete(stream: MuxStream): void {
    for (const queue of [this.#urgent, this.#behind, this.#others]) queue.delete(stream)
  }

  /** A stream has sent so many bytes. */
  charge(stream: MuxStream, bytes: number): void {
    stream.chargedTo = Math.max(stream.chargedTo, this.#sharedTo) + bytes
  }

  /** Gives turns until nobody waits or the link has no room. Does nothing where it runs already. */
  run(hasRoom: () => boolean): void {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let stream = this.#next(); stream !== undefined && hasRoom(); stream = this.#next()) {
        this.#take(stream)
        if (stream.takeTurn()) this.add(stream)
      }
    } finally {
      this.#isRunning = false
    }
  }

  #next(): MuxStream | undefined {
    for (const stream of this.#urgent) return stream
    const mayPass = this.#passes < MOST_PASSES || this.#others.size === 0
    if (mayPass) for (const stream of this.#behind) return stream
    for (const stream of this.#others) return stream
    return undefined
  }

  #take(stream: MuxStream): void {
    if (this.#urgent.delete(stream)) return
    if (this.#behind.delete(stream)) {
      this.#passes += 1
      return
    }
    this.#others.delete(stream)
    this.#passes = 0
    this.#sharedTo = Math.max(this.#sharedTo, stream.chargedTo)
  }
}
