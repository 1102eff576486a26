/** Somebody who is logging in. */
export type Arrival = {
  readonly instance: string
  /** What tells apart those who come: {@link clientAddressOf}. */
  readonly address: string
  /** There is no room any more. */
  readonly onCrowdedOut: () => void
}

type RoomLimits = { readonly logins: number; readonly loginsPerInstance: number }

/**
 * Those who are logging in. Where there is no room, one of whoever has most of them leaves, the oldest first: whoever logs in
 * needs a second of the time that others only hold.
 */
export class LoginRoom {
  readonly #limits: RoomLimits
  /** The older first. */
  readonly #arrivals = new Set<Arrival>()

  constructor(limits: RoomLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#arrivals.size
  }

  enter(arrival: Arrival): void {
    this.#arrivals.add(arrival)
    const { logins, loginsPerInstance } = this.#limits
    const beside = [...this.#arrivals].filter(({ instance }) => instance === arrival.instance)
    if (beside.length > loginsPerInstance) this.#crowdOut(beside)
    else if (this.#arrivals.size > logins) this.#crowdOut([...this.#arrivals])
  }

  leave(arrival: Arrival): void {
    this.#arrivals.delete(arrival)
  }

  #crowdOut(arrivals: readonly Arrival[]): void {
    const counts = new Map<string, number>()
    for (const { address } of arrivals) counts.set(address, (counts.get(address) ?? 0) + 1)
    const most = Math.max(...counts.values())
    const oldest = arrivals.find(({ address }) => counts.get(address) === most)
    if (oldest === undefined) return
    this.#arrivals.delete(oldest)
    oldest.onCrowdedOut()
  }
}
