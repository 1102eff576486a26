/**
 * Does one thing of a name after the other, in their order; things of different names at once. Fails as the thing does.
 */
export type Turns = <Result>(name: string, action: () => Promise<Result>) => Promise<Result>

type Line = { last: Promise<unknown>; length: number }

/** Returns turns of which a name may have so many, the one that is under way too; `refuse` makes the error for one more. */
export function createTurns(most: number, refuse: () => Error): Turns {
  /** None is empty. */
  const lines = new Map<string, Line>()
  return async (name, action) => {
    const line = lines.get(name) ?? { last: Promise.resolve(), length: 0 }
    if (line.length >= most) throw refuse()
    lines.set(name, line)
    line.length += 1
    const result = line.last.then(action)
    line.last = result.catch(() => {})
    try {
      return await result
    } finally {
      line.length -= 1
      if (line.length === 0) lines.delete(name)
    }
  }
}
