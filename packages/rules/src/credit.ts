import { BPS, shareOf } from '@nexqloud/kernel'

/** Parts of a month's charge that a tenant gets back, by availability: the first row that it is below. */
const creditSteps = [
  { belowBps: 9500, creditBps: 10_000 },
  { belowBps: 9900, creditBps: 2500 },
] as const

/** What is given back below the kind's target. */
const BELOW_TARGET_BPS = 1000

/** How long an instance was wanted and seen in 30 days. */
export type Availability = {
  /** Seconds without the tenant's own stops, its image's crashes and an empty balance. */
  readonly wantedSeconds: number
  /** Seconds that witnesses saw of these. */
  readonly seenSeconds: number
  /** 9,950 where an instance stays on one device, 9,990 where it is replaced automatically. */
  readonly targetBps: number
}

/**
 * Returns the credit that an instance earned in 30 days, in wei: 10 % of the month's charge below the target, 25 %
 * below 99 %, all below 95 %; rounded down. What of it is paid is bounded by {@link claimableCredit}.
 */
export function earnedCredit(availability: Availability, charge: bigint): bigint {
  const { targetBps } = availability
  const step = creditSteps.find(({ belowBps }) => isBelow(availability, belowBps))
  if (step !== undefined) return shareOf(charge, step.creditBps)
  return isBelow(availability, targetBps) ? shareOf(charge, BELOW_TARGET_BPS) : 0n
}

/** What the network's fund had from an instance in a month, and gave back, in wei. */
export type MonthIncome = { readonly received: bigint; readonly credited: bigint }

/**
 * Returns what of a month's credit can be paid now, in wei: never more in all than the network's fund had from the
 * instance in that month, so that tenant and device owner together cannot gain. The rest stays claimable as more comes.
 */
export function claimableCredit(earned: bigint, { received, credited }: MonthIncome): bigint {
  const due = earned < received ? earned : received
  return due > credited ? due - credited : 0n
}

function isBelow({ wantedSeconds, seenSeconds }: Availability, bps: number): boolean {
  return BigInt(seenSeconds) * BPS < BigInt(wantedSeconds) * BigInt(bps)
}
