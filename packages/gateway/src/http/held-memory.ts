import type { FairPlaces } from '@nexqloud/kernel'

/** Memory that one client has of what all clients may hold together. */
export class HeldMemory {
  readonly #bytes: FairPlaces
  readonly #address: string
  #taken = 0

  constructor(bytes: FairPlaces, address: string) {
    this.#bytes = bytes
    this.#address = address
  }

  /** Returns whether there was so much, and it is taken. */
  take(bytes: number): boolean {
    if (this.#bytes.refusal(this.#address, bytes) !== undefined) return false
    this.#bytes.take(this.#address, bytes)
    this.#taken += bytes
    return true
  }

  giveBack(): void {
    if (this.#taken > 0) this.#bytes.leave(this.#address, this.#taken)
    this.#taken = 0
  }
}
