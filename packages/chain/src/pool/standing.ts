import { WEI_PER_NXQ } from '@nexqloud/kernel'

/** What is known of a sender. */
type SenderFacts = {
  /** Wei. */
  readonly balance: bigint
  /** Nothing as long as nobody knows. */
  readonly isMasternode: boolean | undefined
}

/** How much of the pool and of blocks a sender may have. */
export type Standing = {
  /** Who goes first when there is too little room: 2 masternodes, 1 senders that can pay, 0 all others. */
  readonly rank: 0 | 1 | 2
  /** Room that its transactions may take at a time. */
  readonly slots: number
  /** Transactions that may come in a minute, on average. */
  readonly perMinute: number
}

/** A sender that owns nothing has this much; each whole NXQ adds {@link SLOTS_PER_NXQ}. */
const LEAST_SLOTS = 4
const SLOTS_PER_NXQ = 16n
const MOST_SLOTS = 1024
/** Room of a sender's transactions that wait for a nonce before theirs; those that are sent in parallel come in any order. */
export const GAPPED_SLOTS = 16
/** Each slot may be used so often in a minute. */
const TURNS_PER_MINUTE = 15

/**
 * Returns a sender's standing. The base fee may be 0, so that a transaction may cost nothing: what bounds a spammer is
 * what he owns. The work of masternodes bills leases and settles periods, and goes before everything.
 */
export function standingOf({ balance, isMasternode }: SenderFacts): Standing {
  if (isMasternode === true)
    return { rank: 2, slots: MOST_SLOTS, perMinute: MOST_SLOTS * TURNS_PER_MINUTE }
  const earned = Number(minimum((balance * SLOTS_PER_NXQ) / WEI_PER_NXQ, BigInt(MOST_SLOTS)))
  const slots = Math.min(LEAST_SLOTS + earned, MOST_SLOTS)
  return { rank: earned > 0 ? 1 : 0, slots, perMinute: slots * TURNS_PER_MINUTE }
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
