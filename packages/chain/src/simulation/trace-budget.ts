import { TraceTooLargeError } from './errors.ts'

/** Most bytes of a trace: a transaction of a block's whole gas may hand a megabyte to each of 100,000 calls. */
const MOST_BYTES = 64 << 20

/**
 * Returns a count of what a trace holds.
 *
 * @throws {@link TraceTooLargeError} where it becomes too much.
 */
export function createTraceBudget(mostBytes = MOST_BYTES): (bytes: number) => void {
  let left = mostBytes
  return (bytes) => {
    left -= bytes
    if (left < 0) throw new TraceTooLargeError(mostBytes)
  }
}
