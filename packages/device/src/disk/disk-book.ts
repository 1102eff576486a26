import { join } from 'node:path'

import { createFileStore, type FileStore } from '../book/file-store.ts'
import { wantedDisks, type WantedDisks } from '../protocol/disks.ts'

/** Where an agent remembers what disks are wanted. */
export type DiskBook = FileStore<WantedDisks>

/** Returns a book in a folder, which has to be there. It throws as a {@link createFileStore} does. */
export function createFileDiskBook(folder: string): DiskBook {
  return createFileStore(join(folder, 'disks.json'), (document) => wantedDisks.parse(document))
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
