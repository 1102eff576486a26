/** What has to be undone, last first. */
export type Cleanup = {
  readonly add: (undo: () => void | Promise<void>) => void
  /** Undoes all of it, also where some of it fails; then says what failed. */
  readonly run: () => Promise<void>
}

/** Returns a list of things to undo. */
export function createCleanup(): Cleanup {
  const undos: (() => void | Promise<void>)[] = []
  return {
    add: (undo) => void undos.push(undo),
    run: async () => {
      const failures: unknown[] = []
      for (const undo of undos.splice(0).toReversed()) {
        try {
          await undo()
        } catch (failure) {
          failures.push(failure)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'Something is left behind.')
    },
  }
}
