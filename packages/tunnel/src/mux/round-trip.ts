import { PeerViolationError } from '../frame/errors.ts'

/** How long the peer takes to answer a ping. */
export class RoundTrip {
  readonly #steadyMs: () => number
  #value = 0
  #sentMs: number | undefined
  #leastMs = Infinity
  #lastMs = LEAST_MS

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs
  }

  /** The last one; at most four times the shortest, since what waits in the link is no distance. */
  get roundTripMs(): number {
    return Math.max(LEAST_MS, Math.min(this.#lastMs, 4 * this.#leastMs))
  }

  /** Returns the value of a new ping, or undefined while one is under way. */
  beginPing(): number | undefined {
    if (this.#sentMs !== undefined) return undefined
    this.#sentMs = this.#steadyMs()
    this.#value = (this.#value + 1) >>> 0
    return this.#value
  }

  /**
   * Takes the answer.
   *
   * @throws {@link PeerViolationError} where nobody asked.
   */
  endPing(value: number): void {
    if (this.#sentMs === undefined || value !== this.#value) {
      throw new PeerViolationError('protocolError', `A pong of ${value} answers no ping.`)
    }
    this.#lastMs = this.#steadyMs() - this.#sentMs
    this.#leastMs = Math.min(this.#leastMs, this.#lastMs)
    this.#sentMs = undefined
  }
}

/** Below this, the time of a turn of the event loop is all that is measured. */
const LEAST_MS = 1
