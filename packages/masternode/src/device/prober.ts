import type { ProbeAnswer, ProbeRequest } from '@nexqloud/device'
import type { WitnessedPod } from '@nexqloud/store'
import { RpcClosedError } from '@nexqloud/tunnel'

import type { ProbeSign } from '../record/probe-event.ts'

/** Returns a whole number from `least` on and below another one, that nobody can foresee. */
export type RandomInt = (least: number, below: number) => number

/** What probing the pods of a device takes. */
export type ProberParts = {
  /** Those that the device says run, and that are its own. */
  readonly pods: () => readonly WitnessedPod[]
  readonly randomInt: RandomInt
  /** What came of it, once that is sure. */
  readonly onProbed: (pod: WitnessedPod, sign: ProbeSign) => void
}

/**
 * The next probe comes at any of so many looks, of two seconds each, drawn when the last one is over: at least once a minute, twice on average, and never
 * is there a second of which a device knows that none comes in it.
 */
const MOST_LOOKS = 30
/** Looks until a probe that did not hold is asked again: four seconds. */
const AGAIN_LOOKS = 2
/** A probe that does not hold so many times in a row has failed. */
const ATTEMPTS = 3
/**
 * Looks within which a device has to answer: ten seconds. They are counted, and not the seconds: a masternode that is held up, or whose own line is
 * down, looks less, or hears nothing, and nobody loses anything by that.
 */
const PATIENCE_LOOKS = 5
/** TCP's. */
const PORTS = 65_536

/** Asks the device. */
export type AskProbe = (request: ProbeRequest) => Promise<ProbeAnswer>

type Asked = { readonly pods: readonly WitnessedPod[]; looksLeft: number }

/** Probes the pods of one device. What it doubts outlasts a link: a device that is cut off now and then stays in no doubt for ever. */
export class Prober {
  readonly #parts: ProberParts
  /** How often in a row each of those that are in doubt did not hold, by uid. */
  readonly #doubts = new Map<string, number>()
  #looksLeft: number
  #ask: AskProbe | undefined
  #asked: Asked | undefined

  constructor(parts: ProberParts) {
    this.#parts = parts
    this.#looksLeft = this.#drawLooks()
  }

  /** Asks over a new link from now on. */
  attach(ask: AskProbe): void {
    this.#ask = ask
    this.#asked = undefined
    if (this.#doubts.size > 0) this.#looksLeft = AGAIN_LOOKS
  }

  /** To be called at each look at the device that finds that it was heard since the one before. */
  look(): void {
    if (this.#asked !== undefined) {
      this.#asked.looksLeft -= 1
      if (this.#asked.looksLeft < 1) this.#finish(this.#asked, undefined)
      return
    }
    this.#looksLeft -= 1
    if (this.#looksLeft < 1) this.#begin()
  }

  #begin(): void {
    const running = this.#parts.pods()
    const doubted = running.filter(({ uid }) => this.#doubts.has(uid))
    const pods = doubted.length > 0 ? doubted : running
    this.#looksLeft = this.#drawLooks()
    if (pods.length === 0) return
    const asked = { pods, looksLeft: PATIENCE_LOOKS }
    this.#asked = asked
    void this.#askFor(asked)
  }

  #drawLooks(): number {
    return this.#parts.randomInt(1, MOST_LOOKS + 1)
  }

  async #askFor(asked: Asked): Promise<void> {
    const pods = asked.pods.map(({ uid }) => ({ uid, port: this.#parts.randomInt(1, PORTS) }))
    try {
      this.#finish(asked, await this.#ask?.({ pods }))
    } catch (failure) {
      // The link is over, and says nothing of the pods.
      if (!(failure instanceof RpcClosedError)) this.#finish(asked, undefined)
      else if (this.#asked === asked) this.#asked = undefined
    }
  }

  #finish(asked: Asked, answer: ProbeAnswer | undefined): void {
    if (this.#asked !== asked) return
    this.#asked = undefined
    const signs = new Map(answer?.pods.map(({ uid, sign }) => [uid, sign]))
    // What has ended meanwhile, and says so, is in no doubt.
    const running = new Set(this.#parts.pods().map(({ uid }) => uid))
    for (const uid of this.#doubts.keys()) if (!running.has(uid)) this.#doubts.delete(uid)
    for (const pod of asked.pods.filter(({ uid }) => running.has(uid))) {
      this.#judge(pod, signs.get(pod.uid) ?? 'unanswered')
    }
    if (this.#doubts.size > 0) this.#looksLeft = AGAIN_LOOKS
  }

  /** What is sure at once is told; the rest is asked again. */
  #judge(pod: WitnessedPod, sign: ProbeSign): void {
    const attempts = (this.#doubts.get(pod.uid) ?? 0) + 1
    if (sign === 'lives' || sign === 'held' || attempts >= ATTEMPTS) {
      this.#doubts.delete(pod.uid)
      this.#parts.onProbed(pod, sign)
    } else {
      this.#doubts.set(pod.uid, attempts)
    }
  }
}
