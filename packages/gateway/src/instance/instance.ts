import { FairPlaces } from '@nexqloud/kernel'
import { LinkUnavailableError, type MuxStream } from '@nexqloud/tunnel'

import type { GatewayLimits } from '../limits.ts'
import type { Backend } from './backend.ts'
import type { KeptStream } from './kept-stream.ts'
import { Place } from './place.ts'

/** An instance as the gateway knows it: where it is, and how many are with it. */
export class Instance {
  readonly id: string
  /** Of raw connections and requests. */
  readonly visits: FairPlaces
  readonly #keptPerBackend: number
  #places: readonly Place[] = []
  #turn = 0

  constructor(
    id: string,
    {
      keptPerBackend,
      visitsPerInstance,
    }: Pick<GatewayLimits, 'keptPerBackend' | 'visitsPerInstance'>,
  ) {
    this.id = id
    this.visits = new FairPlaces(visitsPerInstance)
    this.#keptPerBackend = keptPerBackend
  }

  get backendCount(): number {
    return this.#places.length
  }

  attach(backends: readonly Backend[]): void {
    const before = new Map(this.#places.map((place) => [place.backend, place]))
    this.#places = [...new Set(backends)].map(
      (backend) => before.get(backend) ?? new Place(backend, this.#keptPerBackend),
    )
    for (const place of before.values()) if (!this.#places.includes(place)) place.leave()
  }

  /** Returns a new stream to a port, of the backends in turn; undefined where the instance is nowhere just now. */
  open(port: number): MuxStream | undefined {
    return this.#try(({ backend }) => backend.open(port))
  }

  /** As {@link open}, but a stream that was kept is as good. */
  take(port: number): KeptStream | undefined {
    return this.#try((place) => place.take(port))
  }

  /** Lets go of the streams that nobody has used since then. */
  sweep(sinceMs: number): void {
    for (const place of this.#places) place.sweep(sinceMs)
  }

  #try<Stream>(open: (place: Place) => Stream): Stream | undefined {
    const places = this.#places
    for (let tried = 0; tried < places.length; tried += 1) {
      this.#turn = (this.#turn + 1) % places.length
      const place = places[this.#turn]
      try {
        if (place !== undefined) return open(place)
      } catch (failure) {
        if (!(failure instanceof LinkUnavailableError)) throw failure
      }
    }
    return undefined
  }
}
