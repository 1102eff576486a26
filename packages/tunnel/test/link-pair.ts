/** Two ends of a connection in memory. */

import { Duplex } from 'node:stream'

/** Returns how many bytes the network hands over next, at least 1. */
export type PieceSizes = () => number

/** Returns two connected ends; what goes into one comes out of the other in order, in pieces of the given sizes. */
export function createLinkPair(nextBytes: PieceSizes = () => 16_384): readonly [Duplex, Duplex] {
  const a = new MemoryEnd(nextBytes)
  const b = new MemoryEnd(nextBytes)
  a.peer = b
  b.peer = a
  return [a, b]
}

class MemoryEnd extends Duplex {
  peer: MemoryEnd | undefined
  readonly #nextBytes: PieceSizes
  #taken: (() => void) | undefined

  constructor(nextBytes: PieceSizes) {
    super({ allowHalfOpen: false })
    this.#nextBytes = nextBytes
  }

  override _read(): void {
    const taken = this.#taken
    this.#taken = undefined
    taken?.()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.peer?.receive(chunk, done)
  }

  override _final(done: () => void): void {
    this.peer?.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { peer } = this
    this.peer = undefined
    peer?.push(null)
    done(error)
  }

  receive(chunk: Buffer, done: () => void): void {
    this.#taken = done
    for (let at = 0; at < chunk.length;) {
      const to = at + Math.max(1, this.#nextBytes())
      this.push(Buffer.from(chunk.subarray(at, to)))
      at = to
    }
  }
}

/** Lets everything that needs no time go on. */
export async function settle(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
}
