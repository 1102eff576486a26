import type { Hex } from 'viem'

import { FileRefusedError } from './errors.ts'

/** Somebody who may have files, as a masternode does. */
export type FileSource = {
  /** For messages, e.g. `Masternode 3`. */
  readonly name: string
  /**
   * Returns what is given under a hash; nobody has looked whether it has it.
   *
   * @throws {@link FileRefusedError} where nothing is given.
   */
  readonly fetch: (hash: Hex, signal: AbortSignal) => Promise<Uint8Array>
}

/** Returns a source in memory: what it gives under which hash. */
export function createMemorySource(name: string, files: ReadonlyMap<Hex, Uint8Array>): FileSource {
  return {
    name,
    fetch: async (hash) => {
      const bytes = files.get(hash)
      if (bytes === undefined) throw new FileRefusedError(name, 'it has no such file.')
      return bytes
    },
  }
}
