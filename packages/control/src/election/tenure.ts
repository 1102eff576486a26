import type { Clock } from '@nexqloud/kernel'

/** How long work that failed rests before it is begun again: milliseconds. */
const REST_MS = 1000

/** What tenures have in common. */
export type TenureOptions = {
  readonly clock: Pick<Clock, 'delay'>
  readonly onFailure: (failure: unknown) => void
}

/** Work that is done while a task is held, one after the other: the next one begins when the last one has ended, or a moment after it failed. */
export class Tenure {
  readonly #work: (signal: AbortSignal) => Promise<unknown>
  readonly #options: TenureOptions
  #over: AbortController | undefined
  #ended: Promise<void> = Promise.resolve()

  /** `work` ends when its signal aborts. */
  constructor(work: (signal: AbortSignal) => Promise<unknown>, options: TenureOptions) {
    this.#work = work
    this.#options = options
  }

  /** Begins, or lets go, where that is news. */
  set(isHeld: boolean): void {
    if (isHeld && this.#over === undefined) this.#begin()
    else if (!isHeld) this.#letGo()
  }

  /** Lets go, and resolves when the work has ended. */
  async close(): Promise<void> {
    this.#letGo()
    await this.#ended
  }

  #begin(): void {
    const over = new AbortController()
    this.#over = over
    this.#ended = this.#after(this.#ended, over.signal)
  }

  async #after(before: Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, onFailure } = this.#options
    await before
    while (!signal.aborted) {
      const failed = new AbortController()
      try {
        await this.#work(AbortSignal.any([signal, failed.signal]))
        return
      } catch (failure) {
        // What is left of it is not to go on beside the next one.
        failed.abort()
        onFailure(failure)
      }
      await clock.delay(REST_MS, signal)
    }
  }

  #letGo(): void {
    this.#over?.abort()
    this.#over = undefined
  }
}
