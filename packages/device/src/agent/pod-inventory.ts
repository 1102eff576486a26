import type { Inventory } from '../protocol/agent-protocol.ts'

/** Which assignment is meant. */
export type AssignmentMark = Pick<Inventory, 'term' | 'serial'>

/** Of which pods something is on the device, as it was told last. */
export class PodInventory {
  readonly #tell: (inventory: Inventory) => void
  #expected: AssignmentMark = { term: 0, serial: 0 }
  #told: Inventory | undefined

  constructor(tell: (inventory: Inventory) => void) {
    this.#tell = tell
  }

  /** The newest assignment, for who looks and then {@link update}s. */
  get expected(): AssignmentMark {
    return this.#expected
  }

  /** Something is assigned: it is to be told after the next look, also where nothing changes. */
  expect({ term, serial }: AssignmentMark): void {
    this.#expected = { term, serial }
  }

  /** Tells it where it is another one, or after another assignment, by a look that began after that. */
  update(uids: readonly string[], { term, serial }: AssignmentMark): void {
    const inventory = { term, serial, uids: [...new Set(uids)].toSorted() }
    if (JSON.stringify(inventory) === JSON.stringify(this.#told)) return
    this.#told = inventory
    this.#tell(inventory)
  }

  /** Tells it again, unless nothing was told yet. */
  repeat(): void {
    if (this.#told !== undefined) this.#tell(this.#told)
  }
}
