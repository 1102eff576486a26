/** Does something once it has its turn, and gives what that gives. */
export type Gate = <Result>(action: () => Promise<Result>) => Promise<Result>

/** Returns a gate that so many actions pass at once; the others wait, in the order in which they came. */
export function createGate(atOnce: number): Gate {
  const waiting: (() => void)[] = []
  let inside = 0
  return async (action) => {
    if (inside < atOnce) inside += 1
    // Whoever leaves gives its place away.
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await action()
    } finally {
      const next = waiting.shift()
      if (next === undefined) inside -= 1
      else next()
    }
  }
}
