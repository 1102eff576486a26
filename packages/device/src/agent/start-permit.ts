import type { Clock } from '@nexqloud/kernel'

/**
 * How long a masternode may take to tell what is wanted now, before anything is started by what was saved: a device that was lost
 * would begin to run what runs elsewhere by now.
 */
const SAVED_MS = 15_000

/** Whether pods may be started: what is wanted was told, or nobody has told for long. */
export class StartPermit {
  #isGiven = false

  get isGiven(): boolean {
    return this.#isGiven
  }

  give(): void {
    this.#isGiven = true
  }

  /** Gives it late, unless the signal aborts before. */
  async giveLate(clock: Pick<Clock, 'delay'>, signal: AbortSignal): Promise<void> {
    await clock.delay(SAVED_MS, signal)
    if (!signal.aborted) this.give()
  }
}
