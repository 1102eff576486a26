import { FileRefusedError } from './errors.ts'

/** Somebody who may have files, as a masternode does. */
export type FileSource = {
  /** For messages, e.g. `Masternode 3`. */
  readonly name: string
  /**
   * Returns what is given at a path, as `pathOf` has it; nobody has looked at that.
   *
   * @throws {@link FileRefusedError} where nothing is given.
   */
  readonly fetch: (path: string, signal: AbortSignal) => Promise<Uint8Array>
}

/** Returns a source in memory: what it gives at which path. */
export function createMemorySource(
  name: string,
  pages: ReadonlyMap<string, Uint8Array>,
): FileSource {
  return {
    name,
    fetch: async (path) => {
      const bytes = pages.get(path)
      if (bytes === undefined) throw new FileRefusedError(name, 'it has no such file.')
      return bytes
    },
  }
}
