/** Told of each text how many steps it took. */
export type Spend = (steps: number) => void

/** Returns what counts the steps of all patterns of a request together, and refuses it after the most: nobody else is served while they are looked for. */
export function createStepBudget(most: number, refuse: () => Error): Spend {
  let left = most
  return (steps) => {
    left -= steps
    if (left < 0) throw refuse()
  }
}
