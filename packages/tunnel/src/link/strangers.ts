import type { Socket } from 'node:net'

import { clientAddressOf, FairPlaces } from '@nexqloud/kernel'

import { addressOf } from './peer-key.ts'

/** Connections whose peers have not proved yet who they are; each has a place, of which no address takes all. */
export class Strangers {
  readonly #places: FairPlaces
  readonly #inside = new Map<string, { readonly socket: Socket; readonly client: string }>()

  constructor(most: number) {
    this.#places = new FairPlaces(most)
  }

  /** Gives a connection a place, where there is one for it. One that is gone already gets none: all that are would have one address, and leave one place. */
  enter(socket: Socket): boolean {
    const client = clientAddressOf(socket.remoteAddress)
    const isGone = socket.remoteAddress === undefined
    if (isGone || this.#places.refusal(client) !== undefined) return false
    this.#places.take(client)
    this.#inside.set(addressOf(socket), { socket, client })
    return true
  }

  /** Takes back the place of a connection, by {@link addressOf} it; it may have none. */
  leave(address: string): void {
    const stranger = this.#inside.get(address)
    if (stranger !== undefined) this.#places.leave(stranger.client)
    this.#inside.delete(address)
  }

  /** Ends all of them. */
  destroy(): void {
    for (const { socket } of this.#inside.values()) socket.destroy()
  }
}
