import type { DeviceId, InstanceKey } from '@nexqloud/kernel'

/** How long a witness saw an instance run on a device in the period. */
export type SeenRun = {
  readonly instance: InstanceKey
  readonly device: DeviceId
  readonly seconds: number
}

/** Runs in an order, an array or what reads them from where they lie: a grown network has millions in a period. */
export type SeenRuns = Iterable<SeenRun> & { readonly length: number }

/**
 * What a witness saw and no lease was given yet. An instance may have several leases on one device in a period, and a witness says only how long it
 * ran there: its first lease is given as much as fits into it, the next one of the rest.
 */
export class SecondsLeft {
  readonly #runs: Iterator<SeenRun>
  #next: SeenRun | undefined
  #instance: InstanceKey | undefined
  readonly #ofInstance = new Map<DeviceId, number>()

  /** Takes runs rising by instance. */
  constructor(runs: SeenRuns) {
    this.#runs = runs[Symbol.iterator]()
    this.#step()
  }

  /** Takes at most so many seconds of an instance on a device, and returns how many there were; call it for instances as they rise. */
  take({ instance, device, seconds }: SeenRun): number {
    if (instance !== this.#instance) this.#goTo(instance)
    const left = this.#ofInstance.get(device) ?? 0
    const taken = Math.min(left, seconds)
    this.#ofInstance.set(device, left - taken)
    return taken
  }

  #goTo(instance: InstanceKey): void {
    this.#instance = instance
    this.#ofInstance.clear()
    for (; this.#next !== undefined; this.#step()) {
      if (this.#next.instance > instance) return
      if (this.#next.instance === instance) {
        this.#ofInstance.set(this.#next.device, this.#next.seconds)
      }
    }
  }

  #step(): void {
    const { done, value } = this.#runs.next()
    this.#next = done === true ? undefined : value
  }
}
