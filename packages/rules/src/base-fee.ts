/** Wei of one gwei; withdrawals (EIP-4895) are whole gwei. */
const WEI_PER_GWEI = 10n ** 9n

/** What a block says of the base fees that were burnt up to its end. */
export type BurntFees = {
  /** Wei burnt before the block that nobody has been given back. */
  readonly carriedWei: bigint
  readonly gasUsed: bigint
  /** Wei a unit of gas. */
  readonly baseFeePerGas: bigint
}

/** What a block gives back, and what it leaves to the next one. */
export type FeeReturn = { readonly gwei: bigint; readonly carriedWei: bigint }

/** Returns the wei that wait to be given back after a block: what was carried into it and what it burnt. */
export function pendingFees({ carriedWei, gasUsed, baseFeePerGas }: BurntFees): bigint {
  return carriedWei + gasUsed * baseFeePerGas
}

/**
 * Returns what a block gives back to the validators of what waits: whole gwei, rounded down, the rest carried. A block
 * without transactions gives nothing back, for it must not change the state.
 */
export function returnFees(pendingWei: bigint, hasTransactions: boolean): FeeReturn {
  const gwei = hasTransactions ? pendingWei / WEI_PER_GWEI : 0n
  return { gwei, carriedWei: pendingWei - gwei * WEI_PER_GWEI }
}
