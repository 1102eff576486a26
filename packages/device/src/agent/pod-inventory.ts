/** Of which pods something is on the device, as it was told last. */
export class PodInventory {
  readonly #tell: (uids: readonly string[]) => void
  #uids: readonly string[] = []
  #expected = 0
  #told = 0

  constructor(tell: (uids: readonly string[]) => void) {
    this.#tell = tell
  }

  /** How often {@link expect} was called, for who looks and then {@link update}s. */
  get expected(): number {
    return this.#expected
  }

  /** Something is assigned: it is to be told after the next look, also where nothing changes. */
  expect(): void {
    this.#expected += 1
  }

  /** Tells it where it is another one, or is expected by a look that began after so many assignments. */
  update(uids: readonly string[], expected: number): void {
    const sorted = [...new Set(uids)].toSorted()
    const isAsBefore = sorted.join(' ') === this.#uids.join(' ')
    this.#uids = sorted
    if (isAsBefore && expected <= this.#told) return
    this.#told = expected
    this.#tell(sorted)
  }

  /** Tells it again, unless nothing was told yet. */
  repeat(): void {
    if (this.#told > 0) this.#tell(this.#uids)
  }
}
