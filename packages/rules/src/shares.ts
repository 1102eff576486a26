import { shareOf } from '@nexqloud/kernel'

/** How the income of leases is shared, in basis points. */
export type IncomeShares = {
  /** Of what a tenant paid, for the owner of the device. */
  readonly ownerBps: number
  /** Of the network's part, for the masternode that opened the lease. */
  readonly masternodeBps: number
  /** Of the network's part, for the reserve fund; the network's own fund has the rest. */
  readonly reserveBps: number
}

/** Parts of one payment in wei; together exactly what was paid. */
export type IncomeParts = {
  readonly owner: bigint
  readonly masternode: bigint
  readonly reserve: bigint
  readonly network: bigint
}

/** How a period's emission is shared, in basis points; the development fund has the rest. */
export type EmissionShares = {
  readonly contributorsBps: number
  readonly validatorsBps: number
}

/** Parts of one emission in wei; together exactly the emission. */
export type EmissionParts = {
  /** For the devices, by {@link shareRewards}. */
  readonly pot: bigint
  readonly validators: bigint
  readonly fund: bigint
}

/**
 * Returns how what a tenant paid is shared out: half for the owner of the device and half for the network unless a vote
 * said otherwise. Every share is rounded down; the network's fund has what that leaves.
 */
export function splitIncome(paid: bigint, shares: IncomeShares): IncomeParts {
  const owner = shareOf(paid, shares.ownerBps)
  const rest = paid - owner
  const masternode = shareOf(rest, shares.masternodeBps)
  const reserve = shareOf(rest, shares.reserveBps)
  return { owner, masternode, reserve, network: rest - masternode - reserve }
}

/**
 * Returns how a period's emission is divided: 80 % for contributors, 10 % for validators, the rest for the fund, unless
 * a vote said otherwise. Shares are rounded down; the fund has what that leaves.
 */
export function splitEmission(emission: bigint, shares: EmissionShares): EmissionParts {
  const pot = shareOf(emission, shares.contributorsBps)
  const validators = shareOf(emission, shares.validatorsBps)
  return { pot, validators, fund: emission - pot - validators }
}

/** Returns the founders' parts of an amount: rounded down, the last of the list has what that leaves. */
export function splitAmongFounders(
  amount: bigint,
  foundersBps: readonly number[],
): readonly bigint[] {
  let left = amount
  return foundersBps.map((bps, index) => {
    const part = index + 1 === foundersBps.length ? left : shareOf(amount, bps)
    left -= part
    return part
  })
}
