import type { HeldMemory } from './held-memory.ts'

/** What a client has sent before it is its turn. */
export class HeldBytes {
  readonly #memory: HeldMemory
  #bytes: Buffer | undefined

  constructor(memory: HeldMemory) {
    this.#memory = memory
  }

  /** Returns whether there was memory for them. */
  add(bytes: Buffer): boolean {
    if (!this.#memory.take(bytes.length)) return false
    this.#bytes = this.#bytes === undefined ? bytes : Buffer.concat([this.#bytes, bytes])
    return true
  }

  take(): Buffer | undefined {
    const bytes = this.#bytes
    this.#bytes = undefined
    this.#memory.giveBack()
    return bytes
  }
}
