import { BookUnreadableError, BookUnsavedError } from './errors.ts'
import { readIfPresent, replaceFile } from './replace-file.ts'

/** One value in a file, which an agent remembers. */
export type FileStore<Value> = {
  /** Returns what was saved last; nothing where nothing was. */
  readonly load: () => Promise<Value | undefined>
  /** Resolves once it outlives a power cut. Not called again before. */
  readonly save: (value: Value) => Promise<void>
}

/**
 * Returns a store in a file, whose folder has to be there. Only its owner may read it.
 *
 * Its `load` throws {@link BookUnreadableError}, its `save` {@link BookUnsavedError}.
 */
export function createFileStore<Value>(
  file: string,
  parse: (document: unknown) => Value,
): FileStore<Value> {
  return {
    load: async () => {
      const text = await readIfPresent(file)
      if (text === undefined) return undefined
      try {
        return parse(JSON.parse(text))
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
