import { RLP } from '@ethereumjs/rlp'
import { bytesToBigInt } from '@ethereumjs/util'

/** What the journal keeps of a transaction. */
export type JournalEntry = {
  /** Ascending in the order in which transactions were taken. */
  readonly turn: bigint
  /** As it was signed and sent: EIP-2718. */
  readonly raw: Uint8Array
}

/** Returns an entry as it is stored: RLP of both. */
export function encodeJournalEntry({ turn, raw }: JournalEntry): Uint8Array {
  return RLP.encode([turn, raw])
}

/**
 * Returns an entry from what is stored.
 *
 * @throws where it is none.
 */
export function decodeJournalEntry(bytes: Uint8Array): JournalEntry {
  const parts = RLP.decode(bytes)
  if (!Array.isArray(parts) || parts.length !== 2) throw new TypeError('it is no list of two')
  const [turn, raw] = parts
  if (!(turn instanceof Uint8Array) || !(raw instanceof Uint8Array)) {
    throw new TypeError('it is no list of bytes')
  }
  return { turn: bytesToBigInt(turn), raw }
}
