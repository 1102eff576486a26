import { LinkUnavailableError, type MuxStream } from '@nexqloud/tunnel'

import type { Backend } from './backend.ts'

/** An instance as the gateway knows it: where it is, and how many are with it. */
export class Instance {
  readonly id: string
  /** Raw connections and requests that it has now. */
  visits = 0
  #backends: readonly Backend[] = []
  #turn = 0

  constructor(id: string) {
    this.id = id
  }

  attach(backends: readonly Backend[]): void {
    this.#backends = backends
  }

  /** Returns a stream to a port, of the backends in turn; undefined where the instance is nowhere just now. */
  open(port: number): MuxStream | undefined {
    const backends = this.#backends
    for (let tried = 0; tried < backends.length; tried += 1) {
      this.#turn = (this.#turn + 1) % backends.length
      try {
        return backends[this.#turn]?.open(port)
      } catch (failure) {
        if (!(failure instanceof LinkUnavailableError)) throw failure
      }
    }
    return undefined
  }
}
