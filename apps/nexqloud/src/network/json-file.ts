import { NetworkFileError } from './errors.ts'

/**
 * Returns what the text of a file says as JSON.
 *
 * @throws {@link NetworkFileError} where it is none.
 */
export function parseJsonFile(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NetworkFileError(file, `it is not JSON: ${String(error)}`)
  }
}
