/** Bytes of credit that every stream has from its beginning, in both directions. */
export const LEAST_WINDOW_BYTES = 16 << 10

/** What a window jumps to while memory is plenty: a file of this size goes without a round trip of waiting. */
export const PLENTY_WINDOW_BYTES = 256 << 10

/** 4 MiB a round trip of 40 ms are 100 MB/s. */
export const MOST_WINDOW_BYTES = 4 << 20

/**
 * Credit that a data frame costs at least: what a piece costs whoever holds it. Without it a peer could have 16,384 objects
 * held for 16 KiB of credit.
 */
export const LEAST_DATA_COST = 256

/** What decides how large a receive window should be. */
export type WindowFacts = {
  readonly windowBytes: number
  /** Since the last credit was given, or since the stream began. */
  readonly sinceCreditMs: number
  readonly roundTripMs: number
  /** Bytes above the least windows that the budget has left, and has in all. */
  readonly freeBytes: number
  readonly budgetBytes: number
  /** Streams that share the budget. */
  readonly streams: number
}

/**
 * Returns the window that a stream should have when credit is given. It doubles while its data arrives as fast as credit lets
 * it (the last credit was used within two round trips), and halves where memory is short and it has more than its share.
 */
export function nextWindowBytes(facts: WindowFacts): number {
  const { windowBytes, freeBytes, budgetBytes, streams } = facts
  const isScarce = freeBytes < budgetBytes / 8
  const fairBytes = LEAST_WINDOW_BYTES + budgetBytes / Math.max(1, streams)
  if (isScarce && windowBytes > fairBytes) return Math.max(LEAST_WINDOW_BYTES, windowBytes / 2)
  if (facts.sinceCreditMs >= 2 * facts.roundTripMs) return windowBytes
  const isPlenty = freeBytes >= budgetBytes / 2
  const wanted = isPlenty ? Math.max(2 * windowBytes, PLENTY_WINDOW_BYTES) : 2 * windowBytes
  const grown = Math.min(wanted, MOST_WINDOW_BYTES)
  return grown - windowBytes <= freeBytes ? grown : windowBytes
}

/** Returns the receive window that the opener of a stream begins with. */
export function firstWindowBytes({
  freeBytes,
  budgetBytes,
}: Pick<WindowFacts, 'freeBytes' | 'budgetBytes'>): number {
  const isPlenty = freeBytes >= budgetBytes / 2 && freeBytes >= PLENTY_WINDOW_BYTES
  return isPlenty ? PLENTY_WINDOW_BYTES : LEAST_WINDOW_BYTES
}
