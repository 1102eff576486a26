/** Of the places that are free, what one address may have at most: alone it gets a third of all. */
const SHARE = 1 / 2

/**
 * So many places for those who come from many addresses. Each may have no more than half of what is free, so that no few of them take
 * all: alone it gets a third, as the one address of an office needs it; eight get a tenth each, and leave a fifth for others
 * (dynamic thresholds, Choudhury and Hahne 1998).
 */
export class FairPlaces {
  readonly #most: number
  readonly #byAddress = new Map<string, number>()
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  get taken(): number {
    return this.#taken
  }

  /** Why an address gets no place now; nothing where it may {@link take} one. */
  refusal(address: string, places = 1): 'full' | 'overShare' | undefined {
    const free = this.#most - this.#taken
    if (free < places) return 'full'
    const taken = this.#byAddress.get(address) ?? 0
    return taken === 0 || taken + places - 1 < free * SHARE ? undefined : 'overShare'
  }

  take(address: string, places = 1): void {
    this.#taken += places
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + places)
  }

  leave(address: string, places = 1): void {
    const left = (this.#byAddress.get(address) ?? 0) - places
    this.#taken -= places
    if (left > 0) this.#byAddress.set(address, left)
    else this.#byAddress.delete(address)
  }
}
