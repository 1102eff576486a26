import { LinkUnavailableError, type MuxStream } from '@nexqloud/tunnel'

import type { Backend } from './backend.ts'
import type { KeptStream } from './kept-stream.ts'
import { StreamShelf } from './stream-shelf.ts'

/** An instance as the gateway knows it: where it is, and how many are with it. */
export class Instance {
  readonly id: string
  readonly shelf: StreamShelf
  /** Raw connections and requests that it has now. */
  visits = 0
  #backends: readonly Backend[] = []
  #turn = 0

  constructor(id: string, { keptPerBackend }: { readonly keptPerBackend: number }) {
    this.id = id
    this.shelf = new StreamShelf(keptPerBackend)
  }

  get backendCount(): number {
    return this.#backends.length
  }

  attach(backends: readonly Backend[]): void {
    this.#backends = backends
    this.shelf.keepOnly(backends)
  }

  /** Returns a new stream to a port, of the backends in turn; undefined where the instance is nowhere just now. */
  open(port: number): MuxStream | undefined {
    return this.#try((backend) => backend.open(port))
  }

  /** As {@link open}, but a stream that was kept is as good. */
  take(port: number): KeptStream | undefined {
    return this.#try((backend) => this.shelf.take(backend, port))
  }

  #try<Stream>(open: (backend: Backend) => Stream): Stream | undefined {
    const backends = this.#backends
    for (let tried = 0; tried < backends.length; tried += 1) {
      this.#turn = (this.#turn + 1) % backends.length
      const backend = backends[this.#turn]
      try {
        if (backend !== undefined) return open(backend)
      } catch (failure) {
        if (!(failure instanceof LinkUnavailableError)) throw failure
      }
    }
    return undefined
  }
}
