/** Basis points of a whole: 10,000 are all of it. */
export const BPS = 10_000n

/** Returns the share of an amount, rounded down; `bps` from 0 to 10,000, `amount` not negative. */
export function shareOf(amount: bigint, bps: number): bigint {
  return (amount * BigInt(bps)) / BPS
}
