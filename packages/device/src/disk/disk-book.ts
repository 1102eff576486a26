import { join } from 'node:path'

import { BookUnreadableError, BookUnsavedError } from '../book/errors.ts'
import { readIfPresent, replaceFile } from '../book/replace-file.ts'
import { wantedDisks, type WantedDisks } from '../protocol/disks.ts'

/** Where an agent remembers what disks are wanted. */
export type DiskBook = {
  /** Returns what was saved last; nothing where nothing was. */
  readonly load: () => Promise<WantedDisks | undefined>
  /** Resolves once it outlives a power cut. Not called again before. */
  readonly save: (wanted: WantedDisks) => Promise<void>
}

/**
 * Returns a book in a folder, which has to be there.
 *
 * Its `load` throws {@link BookUnreadableError}, its `save` {@link BookUnsavedError}.
 */
export function createFileDiskBook(folder: string): DiskBook {
  const file = join(folder, 'disks.json')
  return {
    load: async () => {
      const text = await readIfPresent(file)
      if (text === undefined) return undefined
      try {
        return wantedDisks.parse(JSON.parse(text))
      } catch (cause) {
        throw new BookUnreadableError(file, cause)
      }
    },
    save: async (wanted) => {
      try {
        await replaceFile(file, JSON.stringify(wanted))
      } catch (cause) {
        throw new BookUnsavedError(file, cause)
      }
    },
  }
}

/** Returns a book that ends with the process. */
export function createMemoryDiskBook(): DiskBook {
  let text: string | undefined
  return {
    load: async () => (text === undefined ? undefined : wantedDisks.parse(JSON.parse(text))),
    save: async (wanted) => {
      text = JSON.stringify(wanted)
    },
  }
}
