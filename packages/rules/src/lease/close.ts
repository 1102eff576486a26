import { accountOf, shareOf, smaller } from '@nexqloud/kernel'

import { DAY_SECONDS, periodEnd, periodOf } from '../calendar.ts'
import { costBetween, spendableOf, unheldOf, type Account } from './account.ts'
import { done, refuse, type LeaseActionOf, type LeaseEffect, type LeaseOutcome } from './action.ts'
import {
  integralIn,
  isApproved,
  isMasternodeActive,
  leaseIn,
  masternodeOf,
  tenantOf,
  withAccount,
  withLease,
  type Lease,
  type LeaseBook,
} from './book.ts'

/** Periods after the root of its oldest unbilled period in which a lease belongs to its own. */
const OVERDUE_PERIODS = 3
/** Periods after its end, or after its root, from which what is unpaid is passed without charge. */
export const MISSING_PERIODS = 14
/** Age of the newest root, in periods, up to which an account counts as insolvent. */
const FRESH_PERIODS = 3
/** How long a running lease keeps a price that is not listed any more: 30 days. */
const OLD_PRICE_SECONDS = 30 * DAY_SECONDS

type Close = LeaseActionOf<'close'> | LeaseActionOf<'closeInsolvent'>

/** Closes a lease for those whose it is, or for any active masternode when it is orphaned. */
export function close(book: LeaseBook, action: LeaseActionOf<'close'>): LeaseOutcome {
  const lease = openLease(book, action)
  if (lease === undefined) return refuse(book, 'NotOpen')
  if (!isOwn(book, action, lease) && !isOrphaned(book, action, lease)) {
    return refuse(book, 'NotAllowed')
  }
  return closeLease(book, action, lease)
}

/** Closes a lease of an insolvent account for anyone; a stranger gets a part of its buffer. */
export function closeInsolvent(
  book: LeaseBook,
  action: LeaseActionOf<'closeInsolvent'>,
): LeaseOutcome {
  if (isStale(book, action.at)) return refuse(book, 'LeasesSettlementStale')
  const lease = openLease(book, action)
  if (lease === undefined) return refuse(book, 'NotOpen')
  const own = tenantOf(book, action.instance)
  if (spendableOf(own, integralIn(book, action.at)) >= 0n) return refuse(book, 'Solvent')
  const outcome = closeLease(book, action, lease)
  if (!outcome.done || isOwn(book, action, lease)) return outcome
  return payReward(outcome.book, { action, buffer: lease.reserve, effects: outcome.effects })
}

function openLease(book: LeaseBook, { instance, token }: Close): Lease | undefined {
  const lease = leaseIn(book, instance)
  return lease?.token === token && lease.end === undefined ? lease : undefined
}

/** Whether the caller is the tenant, one of its masternodes, or the one that opened the lease. */
function isOwn(book: LeaseBook, { by, instance }: Close, lease: Lease): boolean {
  const tenant = accountOf(instance)
  if (by === tenant) return true
  const masternode = masternodeOf(book, by)
  if (masternode === undefined) return false
  return masternode === lease.opener || isApproved(book, tenant, masternode)
}

/** Whether an active masternode may close what is not its own: no device, no bill, or no such price for too long. */
function isOrphaned(book: LeaseBook, { by, at }: Close, lease: Lease): boolean {
  const masternode = masternodeOf(book, by)
  if (masternode === undefined || !isMasternodeActive(book, masternode)) return false
  const isDeviceActive = book.devices.get(lease.device)?.isActive ?? false
  return !isDeviceActive || isOverdue(book, lease, at) || hasOldPrice(book, lease, at)
}

function isOverdue({ calendar, roots }: LeaseBook, { from }: Lease, at: number): boolean {
  const period = periodOf(calendar, from)
  const acceptedAt = roots.get(period)
  if (acceptedAt !== undefined) return at >= acceptedAt + OVERDUE_PERIODS * calendar.periodSeconds
  return at >= periodEnd(calendar, period) + MISSING_PERIODS * calendar.periodSeconds
}

function hasOldPrice(book: LeaseBook, { kind, rate }: Lease, at: number): boolean {
  const listed = book.kinds.get(kind)
  if (listed === undefined || listed.rate === rate) return false
  const endedAt = listed.endedAt.get(`${rate}`)
  return endedAt !== undefined && at >= endedAt + OLD_PRICE_SECONDS
}

/** Whether settlement stands still: then nobody counts as insolvent. */
function isStale({ calendar, newestRoot }: LeaseBook, at: number): boolean {
  if (newestRoot === undefined) return true
  return at > periodEnd(calendar, newestRoot) + FRESH_PERIODS * calendar.periodSeconds
}

/** The buffer becomes free; what is reserved becomes the hold, as far as the money reaches. */
function closeLease(book: LeaseBook, { instance, token, at }: Close, lease: Lease): LeaseOutcome {
  const own = tenantOf(book, instance)
  const integralFrom = integralIn(book, lease.from)
  const owed = costBetween(lease.rate, integralFrom, integralIn(book, at))
  const hold = smaller(owed, unheldOf(own))
  const account: Account = {
    ...own,
    holds: own.holds + hold,
    buffers: own.buffers - lease.reserve,
    rateSum: own.rateSum - lease.rate,
    weighted: own.weighted - lease.rate * integralFrom,
  }
  const closed = withLease(book, instance, { ...lease, end: at, reserve: hold })
  const effects: LeaseEffect[] = lease.from === at ? [{ effect: 'finished', instance, token }] : []
  return done(withAccount(closed, accountOf(instance), account), ...effects)
}

type Reward = {
  readonly action: Close
  readonly buffer: bigint
  readonly effects: readonly LeaseEffect[]
}

/** A part of the buffer, at most what no hold claims. */
function payReward(book: LeaseBook, { action, buffer, effects }: Reward): LeaseOutcome {
  const own = tenantOf(book, action.instance)
  const amount = smaller(shareOf(buffer, book.terms.closingRewardBps), own.balance - own.holds)
  const account = { ...own, balance: own.balance - amount }
  const paid = withAccount(book, accountOf(action.instance), account)
  return done(paid, ...effects, { effect: 'rewarded', closer: action.by, amount })
}
