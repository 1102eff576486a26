import type { AnsweredPing } from './round-trip.ts'

/** How much may be on its way at first. */
const FIRST_BYTES = 1 << 20

/** Some frames: below that the link would wait for its own pings. */
const LEAST_BYTES = 256 << 10

/** What all windows of a link can have on its way at most. */
const MOST_BYTES = 64 << 20

/** How long data may queue somewhere on its way. */
const QUEUE_MS = 4

/** A way may become longer: so often is measured anew how long it is while nothing queues on it. */
const RENEW_MS = 10_000

/** Less than a clock can tell apart. */
const LEAST_ROUND_MS = 0.1

/** Rounds of which the fastest counts: one alone may have met a busy processor. */
const ROUNDS = 3

/** Probes that are under way where the limit is reached, and the least bytes between two of them: one data frame. */
const [PROBES, PROBE_BYTES] = [16, 64 << 10]

/**
 * How much data may be on its way to the peer. What a link is given beyond what its line carries in a round trip queues: in the
 * kernel's buffers of both ends, which grow to megabytes, and in every router between, where no stream can pass another. So it
 * stays here, where the streams take turns. Pings behind the data tell when it has arrived. Where a queue is seen, the limit falls
 * to what arrives at the pace of the last rounds in a round trip without one and {@link QUEUE_MS}; where none is, and the limit is
 * reached, it rises to that (BBR, Cardwell et al. 2016; FAST TCP, Wei et al. 2006).
 */
export class Flight {
  readonly #steadyMs: () => number
  #limitBytes = FIRST_BYTES
  #sentBytes = 0
  #arrivedBytes = 0
  /** How much was sent when the last probe was. */
  #probedBytes = 0
  /** Whether the limit has never been too high, and is doubled. */
  #isStarting = true
  /** A round trip on which nothing queues, when it was measured last, and in which round of measuring we are. */
  #wayMs = Infinity
  #measuredMs: number
  #measuring = 0
  #round: Round
  /** Bytes a millisecond, of the last rounds. */
  #paces: readonly number[] = []

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs
    this.#measuredMs = steadyMs()
    this.#round = this.#beginRound()
  }

  get limitBytes(): number {
    return this.#limitBytes
  }

  /**
   * Whether more data should be sent now. What may pass has an eighth more: who sends little hardly makes a queue, and should not
   * wait for a ping's answer, which a busy processor may keep.
   */
  hasRoom(mayPass: boolean): boolean {
    const underWayBytes = this.#sentBytes - this.#arrivedBytes
    const isFull = underWayBytes >= this.#limitBytes
    this.#round.wasFull ||= isFull
    return !isFull || (mayPass && underWayBytes < this.#limitBytes * 1.125)
  }

  /** Data is sent. */
  send(bytes: number): void {
    const isIdle = this.#sentBytes === this.#arrivedBytes
    if (isIdle) this.#round = this.#beginRound()
    this.#sentBytes += bytes
  }

  /** Whether a ping should follow what was sent. */
  get isProbeDue(): boolean {
    const unprobedBytes = this.#sentBytes - this.#probedBytes
    return unprobedBytes >= Math.max(PROBE_BYTES, this.#limitBytes / PROBES)
  }

  /** Returns the mark of a ping that is sent now. */
  probe(): number {
    this.#probedBytes = this.#sentBytes
    return this.#sentBytes
  }

  /** A ping of {@link probe} was answered. */
  arrive({ mark, tookMs }: AnsweredPing): void {
    this.#arrivedBytes = mark
    this.#round.leastMs = Math.min(this.#round.leastMs, tookMs)
    if (mark < this.#round.endBytes) return
    this.#judge(this.#round)
    this.#round = this.#beginRound()
  }

  #beginRound(): Round {
    return {
      beganMs: this.#steadyMs(),
      arrivedBytes: this.#arrivedBytes,
      endBytes: this.#sentBytes,
      leastMs: Infinity,
      wasFull: false,
    }
  }

  #judge({ beganMs, arrivedBytes, leastMs, wasFull }: Round): void {
    if (this.#measure(leastMs)) return
    const tookMs = Math.max(this.#steadyMs() - beganMs, LEAST_ROUND_MS)
    this.#paces = [
      (this.#arrivedBytes - arrivedBytes) / tookMs,
      ...this.#paces.slice(0, ROUNDS - 1),
    ]
    const fittingBytes = Math.max(...this.#paces) * (this.#wayMs + QUEUE_MS)
    // So little queues nowhere: what was slow was a processor.
    const isIdling = this.#arrivedBytes - arrivedBytes < this.#limitBytes / 4
    if (leastMs > this.#wayMs + QUEUE_MS) {
      if (isIdling && !wasFull) return
      this.#isStarting = false
      this.#limit(Math.min(fittingBytes, this.#limitBytes))
    } else if (wasFull) {
      this.#limit(
        this.#isStarting ? 2 * this.#limitBytes : Math.max(fittingBytes, this.#limitBytes),
      )
    }
  }

  /**
   * Learns how long the way is: of the second round with half the limit, when what had queued is gone. A processor that is always
   * busy is part of the way. Returns whether that is under way.
   */
  #measure(leastMs: number): boolean {
    if (leastMs < this.#wayMs) {
      const isFirst = this.#wayMs === Infinity
      this.#wayMs = isFirst ? leastMs : this.#wayMs - (this.#wayMs - leastMs) / 4
    }
    const nowMs = this.#steadyMs()
    if (this.#measuring === 0 && nowMs - this.#measuredMs < RENEW_MS) return false
    this.#measuredMs = nowMs
    this.#measuring = (this.#measuring + 1) % 3
    if (this.#measuring === 1) this.#limitBytes /= 2
    else if (this.#measuring === 0) {
      this.#wayMs = leastMs
      this.#limitBytes *= 2
    }
    return true
  }

  /** In one round it halves or doubles at most. */
  #limit(bytes: number): void {
    const now = this.#limitBytes
    const next = Math.min(Math.max(bytes, now / 2, LEAST_BYTES), now * 2, MOST_BYTES)
    this.#limitBytes = Math.round(next)
  }
}

/** The time in which everything arrives that is on its way when it begins. */
type Round = {
  readonly beganMs: number
  readonly arrivedBytes: number
  readonly endBytes: number
  leastMs: number
  wasFull: boolean
}
