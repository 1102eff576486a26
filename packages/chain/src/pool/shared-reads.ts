import type { Hex } from 'viem'

import type { SenderState } from './sender-transactions.ts'

/** Reads a sender's state at the head with this number of heads before it. */
export type SenderReader = (sender: Hex, head: number) => Promise<SenderState>

/**
 * Returns a reader that reads once for all who ask while a read is under way. They go on in the order in which they asked,
 * so that a sender's transactions, sent at once, keep the order of their nonces.
 */
export function shareReads(read: (sender: Hex) => Promise<SenderState>): SenderReader {
  const underWay = new Map<string, Promise<SenderState>>()
  return (sender, head) => {
    const name = `${head} ${sender}`
    const shared = underWay.get(name)
    if (shared !== undefined) return shared
    const reading = read(sender).finally(() => underWay.delete(name))
    underWay.set(name, reading)
    return reading
  }
}
