import { larger } from '@nexqloud/kernel'

import { committedOf } from './account.ts'
import { done, refuse, type LeaseActionOf, type LeaseOutcome } from './action.ts'
import {
  accountIn,
  approvalIn,
  integralIn,
  isApproved,
  nobody,
  withAccount,
  type LeaseBook,
} from './book.ts'

/** Adds to a balance. */
export function deposit(book: LeaseBook, action: LeaseActionOf<'deposit'>): LeaseOutcome {
  const { account, amount } = action
  if (amount === 0n) return refuse(book, 'LeasesAmountZero')
  if (account === nobody) return refuse(book, 'LeasesDepositForNobody')
  const own = accountIn(book, account)
  return done(withAccount(book, account, { ...own, balance: own.balance + amount }))
}

/** Lets a masternode open and close leases of the caller; again changes nothing. */
export function approve(book: LeaseBook, action: LeaseActionOf<'approve'>): LeaseOutcome {
  const { by, at, masternode } = action
  const facts = book.masternodes.get(masternode)
  if (facts === undefined) return refuse(book, 'LeasesMasternodeUnknown')
  if (isApproved(book, by, masternode)) return done(book)
  const last = approvalIn(book, by, masternode)
  const isRecent = last?.until !== undefined && last.until + book.terms.delaySeconds >= at
  const since = isRecent ? last.since : at
  const approvals = book.approvals.set(`${by}/${masternode}`, { since, until: undefined })
  const own = accountIn(book, by)
  return done(withAccount({ ...book, approvals }, by, { ...own, approvals: own.approvals + 1 }))
}

/** Stops what a masternode would start from the next second on; what it started until now may still be opened. */
export function revoke(book: LeaseBook, action: LeaseActionOf<'revoke'>): LeaseOutcome {
  const { by, at, masternode } = action
  const key = `${by}/${masternode}`
  const approval = book.approvals.get(key)
  if (approval === undefined || approval.until !== undefined) return done(book)
  const approvals = book.approvals.set(key, { ...approval, until: at })
  const own = accountIn(book, by)
  const changed = { ...own, approvals: own.approvals - 1, revokedAt: at }
  return done(withAccount({ ...book, approvals }, by, changed))
}

/**
 * Sets the caller's limits; the total is not lowered below what is charged and committed. A lower one leaves what started
 * until now the one before, for the delay.
 */
export function setLimits(book: LeaseBook, action: LeaseActionOf<'setLimits'>): LeaseOutcome {
  const { by, at, maxTotal, maxRate } = action
  const own = accountIn(book, by)
  const charged = own.maxTotal - own.left
  const least = charged + committedOf(own, integralIn(book, at))
  if (maxTotal < own.maxTotal && maxTotal < least) return refuse(book, 'LeasesLimitBelowCommitted')
  const limited = { ...own, maxTotal, left: maxTotal - charged, maxRate }
  if (maxTotal >= own.maxTotal && maxRate >= own.maxRate) {
    return done(withAccount(book, by, limited))
  }
  const isRecent = own.loweredAt + book.terms.delaySeconds >= at
  const formerTotal = isRecent ? larger(own.formerTotal, own.maxTotal) : own.maxTotal
  const formerRate = isRecent ? larger(own.formerRate, own.maxRate) : own.maxRate
  return done(withAccount(book, by, { ...limited, formerTotal, formerRate, loweredAt: at }))
}

/** Moves what nothing claims to what is leaving; what was leaving already waits anew. */
export function announceWithdrawal(
  book: LeaseBook,
  { by, at, amount }: LeaseActionOf<'announceWithdrawal'>,
): LeaseOutcome {
  if (amount === 0n) return refuse(book, 'LeasesAmountZero')
  const own = accountIn(book, by)
  if (own.balance < committedOf(own, integralIn(book, at)) + amount) {
    return refuse(book, 'LeasesBalanceCommitted')
  }
  const [balance, leaving] = [own.balance - amount, own.leaving + amount]
  return done(withAccount(book, by, { ...own, balance, leaving, leavingSince: at }))
}

/** Moves what is leaving back to the balance. */
export function cancelWithdrawal(
  book: LeaseBook,
  { by }: LeaseActionOf<'cancelWithdrawal'>,
): LeaseOutcome {
  const own = accountIn(book, by)
  if (own.leaving === 0n) return refuse(book, 'LeasesNothingLeaving')
  const balance = own.balance + own.leaving
  return done(withAccount(book, by, { ...own, balance, leaving: 0n }))
}

/** Pays what is leaving: strictly after the delay if any masternode was approved within it. */
export function withdraw(book: LeaseBook, action: LeaseActionOf<'withdraw'>): LeaseOutcome {
  const { by, at, to } = action
  const own = accountIn(book, by)
  if (own.leaving === 0n) return refuse(book, 'LeasesNothingLeaving')
  const { delaySeconds } = book.terms
  const isWatched = own.approvals > 0 || own.revokedAt + delaySeconds >= at
  if (isWatched && at <= own.leavingSince + delaySeconds) {
    return refuse(book, 'LeasesWithdrawalTooEarly')
  }
  const left = withAccount(book, by, { ...own, leaving: 0n })
  return done(left, { effect: 'withdrawn', to, amount: own.leaving })
}
