import type { DeviceId, InstanceKey } from '@nexqloud/kernel'

/** How long a witness saw an instance run on a device in the period. */
export type SeenRun = {
  readonly instance: InstanceKey
  readonly device: DeviceId
  readonly seconds: number
}

/**
 * What a witness saw and no lease was given yet. An instance may have several leases on one device in a period, and a witness says only how long it
 * ran there: its first lease is given as much as fits into it, the next one of the rest.
 */
export class SecondsLeft {
  readonly #runs: readonly SeenRun[]
  #next = 0
  #instance: InstanceKey | undefined
  readonly #ofInstance = new Map<DeviceId, number>()

  /** Takes runs rising by instance. */
  constructor(runs: readonly SeenRun[]) {
    this.#runs = runs
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
    for (; this.#next < this.#runs.length; this.#next += 1) {
      const run = this.#runs[this.#next]!
      if (run.instance > instance) return
      if (run.instance === instance) this.#ofInstance.set(run.device, run.seconds)
    }
  }
}
