/** What has to be undone at the end. */
export class Undoing {
  readonly #steps: { readonly what: string; readonly undo: () => Promise<void> }[] = []
  readonly #onStep: (what: string) => void

  /** `onStep` is told of each step that has a name. */
  constructor(onStep: (what: string) => void) {
    this.#onStep = onStep
  }

  add(what: string, undo: () => Promise<void>): void {
    this.#steps.push({ what, undo })
  }

  /** Undoes all, the last first. One that fails keeps none of the others; returns what failed. */
  async run(): Promise<readonly unknown[]> {
    const failures: unknown[] = []
    for (const { what, undo } of this.#steps.splice(0).toReversed()) {
      if (what !== '') this.#onStep(what)
      await undo().catch((failure: unknown) => failures.push(failure))
    }
    return failures
  }
}
