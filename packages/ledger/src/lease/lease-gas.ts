/** What a lease takes of a batch at most, half as much again as the dearest of the contracts’ gas snapshot: an opening on an account and a device that had none. */
const EACH = { open: 120_000n, close: 60_000n } as const
/** What a transaction takes besides: itself, and what a contract has to do where a period began since. */
const FIRST = 1_500_000n

/**
 * Returns gas that is enough for so many leases in a batch. To have a node try it out costs three to six times what the batch itself does; what is
 * not used is not paid for. A hundred openings are less than half of a block.
 */
export function leaseGas(action: keyof typeof EACH, leases: number): bigint {
  return FIRST + EACH[action] * BigInt(leases)
}
