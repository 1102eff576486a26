import { join } from 'node:path'

import { z } from 'zod'

import { assignedPod } from '../protocol/assignment.ts'
import { createBook, type Book } from './book.ts'
import { createFileStore, type FileStore } from './file-store.ts'

/** Where an agent remembers. */
export type BookStore = FileStore<Book>

const book = z.object({
  term: z.int().min(0),
  pods: z.array(assignedPod.omit({ credentials: true })),
  fences: z.record(z.string(), z.int().min(0)),
  restarts: z.record(
    z.string(),
    z.object({
      restarts: z.int(),
      nextDelayMs: z.number(),
      reboots: z.int().exactOptional(),
      begunReboot: z.int().exactOptional(),
    }),
  ),
})

/** Returns a store in a folder, which has to be there: tenants write secrets into `env`. It throws as a {@link createFileStore} does. */
export function createFileBookStore(folder: string): BookStore {
  return createFileStore(join(folder, 'assignment.json'), (document): Book => book.parse(document))
}

/** Returns a store that ends with the process. */
export function createMemoryBookStore(saved?: Book): BookStore {
  let text = saved === undefined ? undefined : JSON.stringify(saved)
  return {
    load: async () => (text === undefined ? undefined : { ...createBook(), ...JSON.parse(text) }),
    save: async (value) => {
      text = JSON.stringify(value)
    },
  }
}
