import { PeerViolationError } from '../frame/errors.ts'

/** A ping that was answered. */
export type AnsweredPing = {
  /** What its sender wanted to know of again. */
  readonly mark: number
  readonly tookMs: number
}

type Ping = { readonly value: number; readonly mark: number; readonly sentMs: number }

/** How long the peer takes to answer a ping. Several may be under way; they are answered in their order. */
export class RoundTrip {
  readonly #steadyMs: () => number
  readonly #underWay: Ping[] = []
  #value = 0
  #leastMs = Infinity
  #lastMs = LEAST_MS

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs
  }

  /** The last one; at most four times the shortest, since what waits in the link is no distance. */
  get roundTripMs(): number {
    return Math.max(LEAST_MS, Math.min(this.#lastMs, 4 * this.#leastMs))
  }

  get isAsking(): boolean {
    return this.#underWay.length > 0
  }

  /** Returns the value of a new ping. */
  beginPing(mark: number): number {
    this.#value = (this.#value + 1) >>> 0
    this.#underWay.push({ value: this.#value, mark, sentMs: this.#steadyMs() })
    return this.#value
  }

  /**
   * Takes the answer.
   *
   * @throws {@link PeerViolationError} where nobody asked.
   */
  endPing(value: number): AnsweredPing {
    const ping = this.#underWay.shift()
    if (ping === undefined || value !== ping.value) {
      throw new PeerViolationError('protocolError', `A pong of ${value} answers no ping.`)
    }
    this.#lastMs = this.#steadyMs() - ping.sentMs
    this.#leastMs = Math.min(this.#leastMs, this.#lastMs)
    return { mark: ping.mark, tookMs: this.#lastMs }
  }
}

/** Below this, the time of a turn of the event loop is all that is measured. */
const LEAST_MS = 1
