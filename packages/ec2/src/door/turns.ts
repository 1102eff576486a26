/** Returns what does one thing at a time under each name, in the order in which it was asked to. */
export function createTurns(): <Type>(name: string, act: () => Promise<Type>) => Promise<Type> {
  const last = new Map<string, Promise<void>>()
  return async (name, act) => {
    const before = last.get(name)
    const { promise: settled, resolve } = Promise.withResolvers<void>()
    last.set(name, settled)
    await before
    try {
      return await act()
    } finally {
      resolve()
      if (last.get(name) === settled) last.delete(name)
    }
  }
}
