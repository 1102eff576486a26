import { smaller } from '@nexqloud/kernel'

import { PRICE_UNIT } from '../price/fix-price.ts'

/** What a tenant's account owns and may owe. Amounts in wei, rates in whole micro-USD an hour. */
export type Account = {
  readonly balance: bigint
  /** What may be charged in all. */
  readonly maxTotal: bigint
  /** `maxTotal` less what was charged. */
  readonly left: bigint
  /** What all open leases may cost together. */
  readonly maxRate: bigint
  /** Limits that still hold for what started until `loweredAt`: the largest within the delay before it. */
  readonly formerTotal: bigint
  readonly formerRate: bigint
  /** When a limit was lowered last; 0: never. */
  readonly loweredAt: number
  /** Masternodes that are approved now. */
  readonly approvals: number
  /** When an approval was revoked last; 0: never. */
  readonly revokedAt: number
  /** Sum of the holds of closed leases. */
  readonly holds: bigint
  /** Sum of the buffers of open leases. */
  readonly buffers: bigint
  /** Sum of the rates of open leases. */
  readonly rateSum: bigint
  /** Sum of rate × price integral at `from` over open leases. */
  readonly weighted: bigint
  /** Announced withdrawals. */
  readonly leaving: bigint
  readonly leavingSince: number
}

/** An account that nobody used yet: nothing in it, limits of 0. */
export const emptyAccount: Account = Object.freeze({
  balance: 0n,
  maxTotal: 0n,
  left: 0n,
  maxRate: 0n,
  formerTotal: 0n,
  formerRate: 0n,
  loweredAt: 0,
  approvals: 0,
  revokedAt: 0,
  holds: 0n,
  buffers: 0n,
  rateSum: 0n,
  weighted: 0n,
  leaving: 0n,
  leavingSince: 0,
})

/** Returns what a rate costs over a time at one price; exact, for prices are multiples of 3,600. */
export function costOf(rate: bigint, weiPerMicroUsd: bigint, seconds: number): bigint {
  return rate * (weiPerMicroUsd / PRICE_UNIT) * BigInt(seconds)
}

/** Returns what a rate costs between two readings of the price integral; exact. */
export function costBetween(rate: bigint, integralFrom: bigint, integralTo: bigint): bigint {
  return (rate * (integralTo - integralFrom)) / PRICE_UNIT
}

/** Returns what open leases may owe since they were last billed: `(rateSum × I − weighted) / 3600`, exact. */
export function reservedOf({ rateSum, weighted }: Account, integral: bigint): bigint {
  return (rateSum * integral - weighted) / PRICE_UNIT
}

/** Returns what is spoken for: holds, buffers and reservations. */
export function committedOf(account: Account, integral: bigint): bigint {
  return account.holds + account.buffers + reservedOf(account, integral)
}

/** Returns what charges may take, holds included: the balance, as far as the tenant's limit goes. */
export function usableOf({ balance, left }: Account): bigint {
  return smaller(balance, left)
}

/** Returns what charges may take beyond the holds; never below 0. */
export function unheldOf(account: Account): bigint {
  return usableOf(account) - account.holds
}

/** Returns what new leases may use; below 0 the account is insolvent. */
export function spendableOf(account: Account, integral: bigint): bigint {
  return usableOf(account) - committedOf(account, integral)
}

/**
 * Returns how many seconds open leases can run on at a price until nothing is spendable, rounded down; undefined where
 * nothing runs.
 */
export function runwaySeconds(
  account: Account,
  integral: bigint,
  weiPerMicroUsd: bigint,
): bigint | undefined {
  if (account.rateSum === 0n) return undefined
  const spendable = spendableOf(account, integral)
  return spendable <= 0n ? 0n : (spendable * PRICE_UNIT) / (account.rateSum * weiPerMicroUsd)
}

/** Returns the account after a charge. */
export function chargeAccount(account: Account, amount: bigint): Account {
  return { ...account, balance: account.balance - amount, left: account.left - amount }
}
