import type { Unpaid } from './push.ts'

/** What the chain takes and does not pay is not sent again for ever: each time costs a fee. */
const MOST_SENDS = 4

/** How often each leaf of a period was sent. */
export class SendCount {
  readonly #rewards = new Map<number, number>()
  readonly #bills = new Map<number, number>()
  readonly #credits = new Map<number, number>()

  get isNone(): boolean {
    return this.#rewards.size + this.#bills.size + this.#credits.size === 0
  }

  /** Returns what of it has not been sent too often. */
  worthwhile({ rewards, bills, credits, waiting }: Unpaid): Unpaid {
    return {
      rewards: rewards.filter((place) => timesOf(this.#rewards, place) < MOST_SENDS),
      bills: bills.filter((place) => timesOf(this.#bills, place) < MOST_SENDS),
      credits: credits.filter((place) => timesOf(this.#credits, place) < MOST_SENDS),
      waiting,
    }
  }

  add({ rewards, bills, credits }: Unpaid): void {
    for (const place of rewards) this.#rewards.set(place, timesOf(this.#rewards, place) + 1)
    for (const place of bills) this.#bills.set(place, timesOf(this.#bills, place) + 1)
    for (const place of credits) this.#credits.set(place, timesOf(this.#credits, place) + 1)
  }
}

function timesOf(times: ReadonlyMap<number, number>, place: number): number {
  return times.get(place) ?? 0
}
