import type { InstanceKey } from '@nexqloud/kernel'

import { findRefusal, withLease, withoutLease, type Funds, type FundsRefusal } from './funds.ts'

/** What decides which stops first where an account cannot pay for all. */
export type FreezeRank = {
  readonly instance: InstanceKey
  /** Higher ones stay longer. */
  readonly priority: number
  /** Chain second; of equal priority, the newest stops first. */
  readonly madeAt: number
}

/** Something that an account pays for, or is to pay for. */
export type FundedInstance = FreezeRank & {
  /** Micro-USD an hour of the size that it is paid as; 0 where none that is sold holds it. */
  readonly rate: bigint
  readonly isLeased: boolean
  /** It was told to stop, and has not been told to go on. */
  readonly isFrozen: boolean
  /** Whether containers of it run. */
  readonly isRunning: boolean
  /** Why the chain did not open its lease, where that is its account's matter. */
  readonly refusal: FundsRefusal | undefined
}

/** Why one of them is without a lease, or is to be. */
export type Unfunded = { readonly instance: InstanceKey; readonly reason: FundsRefusal }

/** What is to stop, and what may run again. */
export type FreezePlan = {
  readonly freeze: readonly Unfunded[]
  readonly resume: readonly InstanceKey[]
  /** What runs unpaid, and may for as long as the grace lasts. */
  readonly unpaid: readonly Unfunded[]
}

/** What a plan follows from. */
export type FreezeInput = {
  /** As they are now. */
  readonly funds: Funds
  /** Whether the chain answers: nothing is started again by what was known once. */
  readonly isKnown: boolean
  /** Whether what cannot be paid for has run as long as it may. */
  readonly isGraceOver: boolean
  readonly instances: readonly FundedInstance[]
}

/** What starts again needs more than what starts: else what was stopped for want of money would start by the buffer that it gave back. */
const RESUMING_BUFFERS = 2

/**
 * Returns which instances of one account stop and which run again. What has a lease stops only while the account is insolvent, in the
 * tenant's order and no more than needed: each gives its buffer back. What has none stops when the account cannot pay for it and its
 * grace is over.
 */
export function planFreeze({ funds, isKnown, isGraceOver, instances }: FreezeInput): FreezePlan {
  const inOrder = instances.toSorted(byFreezeOrder)
  const ending = inOrder.filter(({ isLeased, isFrozen }) => isLeased && isFrozen)
  const solvent = stopLeased(
    ending.reduce((left, { rate }) => withoutLease(left, rate), funds),
    inOrder.filter(({ isLeased, isFrozen }) => isLeased && !isFrozen),
  )
  const waiting = serveWaiting(
    solvent.left,
    inOrder.filter(({ isLeased, isFrozen }) => !isLeased && !isFrozen),
  )
  const resumed = isKnown
    ? resumeFrozen(
        waiting.left,
        inOrder.filter(({ isLeased, isFrozen }) => !isLeased && isFrozen),
      )
    : []
  const refused = waiting.refused.map(({ each, reason }) => ({ instance: each.instance, reason }))
  const running = waiting.refused.filter(({ each }) => each.isRunning)
  return {
    freeze: [...solvent.stopped, ...(isGraceOver ? refused : [])],
    resume: resumed,
    unpaid: isGraceOver
      ? []
      : running.map(({ each, reason }) => ({ instance: each.instance, reason })),
  }
}

function stopLeased(
  funds: Funds,
  leased: readonly FundedInstance[],
): { readonly left: Funds; readonly stopped: readonly Unfunded[] } {
  const stopped: Unfunded[] = []
  let left = funds
  for (const { instance, rate } of leased.toReversed()) {
    if (left.spendable >= 0n) break
    stopped.push({ instance, reason: 'FundsTooLow' })
    left = withoutLease(left, rate)
  }
  return { left, stopped }
}

function serveWaiting(
  funds: Funds,
  waiting: readonly FundedInstance[],
): {
  readonly left: Funds
  readonly refused: readonly { readonly each: FundedInstance; readonly reason: FundsRefusal }[]
} {
  const refused: { readonly each: FundedInstance; readonly reason: FundsRefusal }[] = []
  let left = funds
  for (const each of waiting) {
    const reason = each.refusal ?? findRefusal(left, each.rate)
    if (reason === undefined) left = withLease(left, each.rate)
    else refused.push({ each, reason })
  }
  return { left, refused }
}

function resumeFrozen(funds: Funds, frozen: readonly FundedInstance[]): readonly InstanceKey[] {
  const resumed: InstanceKey[] = []
  let left = funds
  for (const { instance, rate } of frozen) {
    if (findRefusal(left, rate, RESUMING_BUFFERS) !== undefined) continue
    resumed.push(instance)
    left = withLease(left, rate)
  }
  return resumed
}

/** What stays longest comes first. */
export function byFreezeOrder(one: FreezeRank, other: FreezeRank): number {
  if (one.priority !== other.priority) return other.priority - one.priority
  if (one.madeAt !== other.madeAt) return one.madeAt - other.madeAt
  return one.instance < other.instance ? -1 : 1
}
