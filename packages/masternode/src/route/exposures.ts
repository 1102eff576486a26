import type { Route } from '@nexqloud/gateway'

/** Where an instance is reached that has its address from somebody else than the router. */
export type Exposure = Omit<Route, 'id' | 'resting'> & {
  /** What its pod is told to have: its public address, or else its private one. */
  readonly podAddress: string | undefined
}

/** What others say of where instances are reached: of those that bear a label the router gives out no address. */
export class Exposures {
  /** The label of pods and instances that are none of the router's. */
  readonly label: string
  readonly #listeners = new Set<(instance: string) => void>()
  #all: ReadonlyMap<string, Exposure> = new Map()

  constructor(label: string) {
    this.label = label
  }

  /** Returns where an instance, `namespace/name`, is reached; nothing where nobody has said it yet. */
  of(instance: string): Exposure | undefined {
    return this.#all.get(instance)
  }

  /** Says where all of them are reached from now on, and of which this is new. */
  set(all: ReadonlyMap<string, Exposure>, changed: Iterable<string>): void {
    this.#all = all
    for (const instance of changed) {
      for (const listener of this.#listeners) listener(instance)
    }
  }

  /** Tells of each change. */
  follow(listener: (instance: string) => void): void {
    this.#listeners.add(listener)
  }
}
