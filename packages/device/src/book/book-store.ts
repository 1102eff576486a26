import { join } from 'node:path'

import { z } from 'zod'

import { assignedPod } from '../protocol/assignment.ts'
import { createBook, type Book } from './book.ts'
import { BookUnreadableError, BookUnsavedError } from './errors.ts'
import { readIfPresent, replaceFile } from './replace-file.ts'

/** Where an agent remembers. */
export type BookStore = {
  /** Returns what was saved last; nothing where nothing was. */
  readonly load: () => Promise<Book | undefined>
  /** Resolves once it outlives a power cut. Not called again before. */
  readonly save: (book: Book) => Promise<void>
}

const book = z.object({
  term: z.int().min(0),
  pods: z.array(assignedPod.omit({ credentials: true })),
  fences: z.record(z.string(), z.int().min(0)),
  restarts: z.record(z.string(), z.object({ restarts: z.int(), nextDelayMs: z.number() })),
})

/**
 * Returns a store in a folder, which has to be there. Only its owner may read the file: tenants write secrets into `env`.
 *
 * Its `load` throws {@link BookUnreadableError}, its `save` {@link BookUnsavedError}.
 */
export function createFileBookStore(folder: string): BookStore {
  const file = join(folder, 'assignment.json')
  return {
    load: async () => {
      const text = await readIfPresent(file)
      if (text === undefined) return undefined
      try {
        return book.parse(JSON.parse(text))
      } catch (cause) {
        throw new BookUnreadableError(file, cause)
      }
    },
    save: async (value) => {
      try {
        await replaceFile(file, JSON.stringify(value))
      } catch (cause) {
        throw new BookUnsavedError(file, cause)
      }
    },
  }
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
