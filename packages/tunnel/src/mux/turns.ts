import type { MuxStream } from './mux-stream.ts'

/** So many streams that are behind go before one of the others does: new ones, which all are, could keep it away for ever. */
const MOST_PASSES = 8

/** How far a stream may be ahead and still count as behind: an answer comes in several pieces. */
const AHEAD_BYTES = 16 << 10

/** Which streams the link takes a frame of now. */
type LinkRoom = { readonly hasRoom: (stream: MuxStream) => boolean }

/**
 * The streams that wait for the link. Urgent ones go first. Of the others each sends one frame in its turn; one that has sent less
 * than its share does not wait for a turn of all: a small answer passes the downloads (fair queueing, RFC 8290, section 4).
 */
export class Turns {
  readonly #urgent = new Set<MuxStream>()
  readonly #behind = new Set<MuxStream>()
  readonly #others = new Set<MuxStream>()
  /** Who goes first, and who does after {@link MOST_PASSES}. */
  readonly #passing = [this.#urgent, this.#behind, this.#others]
  readonly #passed = [this.#urgent, this.#others, this.#behind]
  /** How far a stream is, in bytes, that always had its share. */
  #sharedTo = 0
  #passes = 0
  #isRunning = false

  add(stream: MuxStream): void {
    if (stream.isUrgent) this.#urgent.add(stream)
    else if (this.mayPass(stream)) this.#behind.add(stream)
    else this.#others.add(stream)
  }

  delete(stream: MuxStream): void {
    for (const queue of this.#passing) queue.delete(stream)
  }

  /** Whether a stream goes before those that have had their share. */
  mayPass(stream: MuxStream): boolean {
    return stream.isUrgent || stream.chargedTo <= this.#sharedTo + AHEAD_BYTES
  }

  /** A stream has sent so many bytes. */
  charge(stream: MuxStream, bytes: number): void {
    stream.chargedTo = Math.max(stream.chargedTo, this.#sharedTo) + bytes
  }

  /** Gives turns until nobody waits whom the link has room for. Does nothing where it runs already. */
  run(link: LinkRoom): void {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let stream = this.#next(link); stream !== undefined; stream = this.#next(link)) {
        this.#take(stream)
        if (stream.takeTurn()) this.add(stream)
      }
    } finally {
      this.#isRunning = false
    }
  }

  #next(link: LinkRoom): MuxStream | undefined {
    const queues = this.#passes < MOST_PASSES ? this.#passing : this.#passed
    for (const queue of queues) {
      const [first] = queue.size > 0 ? queue : []
      if (first !== undefined && link.hasRoom(first)) return first
    }
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
