import type { KeyValueStore } from './key-value-store.ts'

/** Ends all writing with the first write that fails: a batch that the disk takes after a torn one may be lost with it. */
export type WriteFuse = {
  /** Rejects with the first failure; never resolves. */
  readonly blown: Promise<never>
  /** Does what writes, unless something failed before. */
  readonly guard: <Result>(action: () => Promise<Result>) => Promise<Result>
}

/** Returns a fuse that is whole. */
export function createWriteFuse(): WriteFuse {
  const { promise: blown, reject } = Promise.withResolvers<never>()
  // Whoever does not wait for it learns of it by the write itself.
  blown.catch(() => {})
  let isBlown = false
  return {
    blown,
    guard: async (action) => {
      if (isBlown) return blown
      try {
        return await action()
      } catch (failure) {
        isBlown = true
        reject(failure)
        throw failure
      }
    },
  }
}

/** Returns the store, whose writes go through the fuse. */
export function guardWrites(store: KeyValueStore, { guard }: WriteFuse): KeyValueStore {
  return { ...store, write: (batch) => guard(() => store.write(batch)) }
}
