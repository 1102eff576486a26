import { TraceTooLargeError } from './errors.ts'

/** Most bytes of a trace: a transaction of a block's whole gas may hand a megabyte to each of 100,000 calls. */
const MOST_BYTES = 64 << 20

/**
 * Counts what is about to become part of a trace.
 *
 * @throws {@link TraceTooLargeError} where it becomes too much.
 */
export type TraceBudget = (bytes: number) => void

/** Returns a count that has counted nothing yet. */
export function createTraceBudget(mostBytes = MOST_BYTES): TraceBudget {
  let left = mostBytes
  return (bytes) => {
    left -= bytes
    if (left < 0) throw new TraceTooLargeError(mostBytes)
  }
}
