import type { MuxStream } from './mux-stream.ts'

/** The streams that wait for the link. Urgent ones first; among equals each sends one frame, then it is the next one's turn. */
export class Turns {
  readonly #urgent = new Set<MuxStream>()
  readonly #others = new Set<MuxStream>()
  #isRunning = false

  add(stream: MuxStream): void {
    this.#queueOf(stream).add(stream)
  }

  delete(stream: MuxStream): void {
    this.#queueOf(stream).delete(stream)
  }

  /** Gives turns until nobody waits or the link has no room. Does nothing where it runs already. */
  run(hasRoom: () => boolean): void {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let stream = this.#next(); stream !== undefined && hasRoom(); stream = this.#next()) {
        this.delete(stream)
        if (stream.takeTurn()) this.add(stream)
      }
    } finally {
      this.#isRunning = false
    }
  }

  #next(): MuxStream | undefined {
    for (const stream of this.#urgent) return stream
    for (const stream of this.#others) return stream
    return undefined
  }

  #queueOf(stream: MuxStream): Set<MuxStream> {
    return stream.isUrgent ? this.#urgent : this.#others
  }
}
