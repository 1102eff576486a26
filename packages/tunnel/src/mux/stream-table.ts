import { PeerViolationError } from '../frame/errors.ts'
import type { MuxStream } from './mux-stream.ts'

/** Which end of the socket a mux is. */
export type MuxRole = 'dialer' | 'listener'

/** The streams that are open, by id: the dialer's are odd, the listener's even, each end's rising. */
export class StreamTable {
  readonly #streams = new Map<number, MuxStream>()
  /** The last bit of our own ids. */
  readonly #parity: number
  #nextId: number
  #lastPeerId = 0
  #peerCount = 0
  #strayBytes = 0

  constructor(role: MuxRole) {
    this.#parity = role === 'dialer' ? 1 : 0
    this.#nextId = role === 'dialer' ? 1 : 2
  }

  get size(): number {
    return this.#streams.size
  }

  /** Streams that the peer opened and that are open. */
  get peerCount(): number {
    return this.#peerCount
  }

  get(id: number): MuxStream | undefined {
    return this.#streams.get(id)
  }

  /** The streams of now: it may change while they are told something. */
  all(): readonly MuxStream[] {
    return [...this.#streams.values()]
  }

  /** How many streams we have opened. */
  get ownCount(): number {
    return (this.#nextId - 1) >>> 1
  }

  /** Returns the id of our next stream. */
  takeId(): number {
    const id = this.#nextId
    this.#nextId += 2
    return id
  }

  /**
   * Takes note of the peer's next stream.
   *
   * @throws {@link PeerViolationError} where the id is ours, or not above the peer's last one.
   */
  assertNext(id: number): void {
    if (this.#isOurs(id) || id <= this.#lastPeerId) {
      const message = `Stream ${id} was opened after stream ${this.#lastPeerId}.`
      throw new PeerViolationError('protocolError', message)
    }
    this.#lastPeerId = id
  }

  /**
   * Takes note that a frame came for a stream that is not open, as one may that crossed our reset.
   *
   * @throws {@link PeerViolationError} where nobody ever opened it.
   */
  assertBegun(id: number, what: string): void {
    const hasBegun = this.#isOurs(id) ? id < this.#nextId : id <= this.#lastPeerId
    if (hasBegun) return
    const message = `A frame of ${what} came on stream ${id}, which nobody opened.`
    throw new PeerViolationError('protocolError', message)
  }

  /** We reset a stream on which the peer, who does not know it yet, may still send so much. */
  expectStray(bytes: number): void {
    this.#strayBytes += bytes
  }

  /**
   * Takes note that data came on a stream that is not open.
   *
   * @throws {@link PeerViolationError} where it is more than can have crossed our resets.
   */
  takeStray(id: number, bytes: number): void {
    this.assertBegun(id, 'data')
    this.#strayBytes -= bytes
    if (this.#strayBytes >= 0) return
    throw new PeerViolationError('protocolError', `Data came on stream ${id}, which had ended.`)
  }

  add(stream: MuxStream): void {
    this.#streams.set(stream.id, stream)
    if (!this.#isOurs(stream.id)) this.#peerCount += 1
  }

  delete(stream: MuxStream): void {
    if (this.#streams.delete(stream.id) && !this.#isOurs(stream.id)) this.#peerCount -= 1
  }

  #isOurs(id: number): boolean {
    return (id & 1) === this.#parity
  }
}
