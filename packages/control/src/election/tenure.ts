/** Work that is done while a task is held, one after the other: the next one begins when the last one has ended. */
export class Tenure {
  readonly #work: (signal: AbortSignal) => Promise<unknown>
  readonly #onFailure: (failure: unknown) => void
  #over: AbortController | undefined
  #ended: Promise<void> = Promise.resolve()

  /** `work` ends when its signal aborts. */
  constructor(
    work: (signal: AbortSignal) => Promise<unknown>,
    onFailure: (failure: unknown) => void,
  ) {
    this.#work = work
    this.#onFailure = onFailure
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
    await before
    if (!signal.aborted) await this.#work(signal).catch(this.#onFailure)
  }

  #letGo(): void {
    this.#over?.abort()
    this.#over = undefined
  }
}
