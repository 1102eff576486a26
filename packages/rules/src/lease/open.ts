import { accountOf, larger, type Address, type MasternodeId } from '@nexqloud/kernel'

import { MONTH_SECONDS, periodOf } from '../calendar.ts'
import { isFirm, priceIn } from '../price/history.ts'
import { committedOf, costBetween, costOf, type Account } from './account.ts'
import {
  done,
  refuse,
  type LeaseActionOf,
  type LeaseEffect,
  type LeaseOutcome,
  type LeaseRefusal,
} from './action.ts'
import {
  accountIn,
  approvalIn,
  integralIn,
  isMasternodeActive,
  leaseIn,
  masternodeOf,
  withAccount,
  withLease,
  withResidue,
  type Lease,
  type LeaseBook,
} from './book.ts'
import { earliestStart } from './earliest-start.ts'

/** Most by which a token may exceed the instance's last one: nobody can leap to the end of the numbers. */
const TOKEN_STEP = 2n ** 32n

type Open = LeaseActionOf<'open'>

/** Opens a lease at the listed price, and books its rate and its buffer on the account. */
export function open(book: LeaseBook, action: Open): LeaseOutcome {
  const masternode = masternodeOf(book, action.by)
  if (masternode === undefined || !isMasternodeActive(book, masternode)) {
    return refuse(book, 'LeasesCallerNotMasternode')
  }
  if (!isFirm(book.prices, action.at)) return refuse(book, 'LeasesPriceNotFirm')
  const refusal = checkOpening(book, action, masternode)
  if (refusal !== undefined) return refuse(book, refusal)
  const rate = book.kinds.get(action.opening.kind)?.rate ?? 0n
  if (rate === 0n) return refuse(book, 'KindNotListed')
  return reserve(book, action, { masternode, rate })
}

/** The first rule, in the contract's order, that an opening breaks. */
function checkOpening(
  book: LeaseBook,
  { opening, at }: Open,
  masternode: MasternodeId,
): LeaseRefusal | undefined {
  const { instance, token, device, startedAt } = opening
  const last = leaseIn(book, instance)
  const lastToken = last?.token ?? 0n
  const { delaySeconds } = book.terms
  const earliest = Math.max(earliestStart({ ...book, delaySeconds }, at), last?.end ?? 0)
  const start = { account: accountOf(instance), masternode, startedAt }
  const rules: readonly (readonly [LeaseRefusal, boolean])[] = [
    ['NotApproved', !mayStart(book, start)],
    ['TokenNotNext', token <= lastToken || token > lastToken + TOKEN_STEP],
    ['LeaseStillOpen', last !== undefined && last.end === undefined],
    ['StartInFuture', startedAt > at],
    ['StartTooEarly', startedAt < earliest],
    ['DeviceNotActive', book.devices.get(device)?.isActive !== true],
  ]
  return rules.find(([, isBroken]) => isBroken)?.[0]
}

type Start = {
  readonly account: Address
  readonly masternode: MasternodeId
  readonly startedAt: number
}

/** A masternode that is approved now, or was when the instance started. */
function mayStart(book: LeaseBook, { account, masternode, startedAt }: Start): boolean {
  const approval = approvalIn(book, account, masternode)
  if (approval === undefined) return false
  if (approval.until === undefined) return true
  return approval.since <= startedAt && startedAt <= approval.until
}

type Price = { readonly masternode: MasternodeId; readonly rate: bigint }

function reserve(book: LeaseBook, action: Open, { masternode, rate }: Price): LeaseOutcome {
  const { opening, at } = action
  const tenant = accountOf(opening.instance)
  const own = accountIn(book, tenant)
  const limits = limitsAt(own, opening.startedAt)
  if (own.rateSum + rate > limits.maxRate) return refuse(book, 'RateAboveLimit')
  const [integral, integralFrom] = [integralIn(book, at), integralIn(book, opening.startedAt)]
  const price = priceIn(book.prices, periodOf(book.calendar, at))
  const buffer = costOf(rate, price, book.terms.bufferSeconds)
  const atOnce = costBetween(rate, integralFrom, integral)
  const needed = committedOf(own, integral) + buffer + atOnce
  const taken = takeLeaving(own, needed, opening.startedAt)
  const raised = needed > own.left ? needed - own.left : 0n
  if (taken === undefined || own.maxTotal + raised > limits.maxTotal) {
    return refuse(book, 'FundsTooLow')
  }
  const booked: Account = {
    ...own,
    balance: own.balance + taken,
    leaving: own.leaving - taken,
    maxTotal: own.maxTotal + raised,
    left: own.left + raised,
    buffers: own.buffers + buffer,
    rateSum: own.rateSum + rate,
    weighted: own.weighted + rate * integralFrom,
  }
  const { instance, token } = opening
  const waited = countedWait(leaseIn(book, instance), opening)
  const effects: LeaseEffect[] = [
    ...(taken === 0n ? [] : [{ effect: 'leavingUsed', account: tenant, amount: taken } as const]),
    { effect: 'opened', instance, token, waited },
  ]
  const opened = record(withAccount(book, tenant, booked), action, { masternode, rate, buffer })
  return done(opened, ...effects)
}

/**
 * What has to move from what is leaving to the balance so that it is `needed` wei; undefined where that is not enough.
 * What is leaving still serves what started before it was announced.
 */
function takeLeaving(own: Account, needed: bigint, startedAt: number): bigint | undefined {
  if (own.balance >= needed) return 0n
  const missing = needed - own.balance
  return own.leaving < missing || startedAt > own.leavingSince ? undefined : missing
}

type Limits = { readonly maxTotal: bigint; readonly maxRate: bigint }

/** What the account allows to what started then: a limit that was lowered since still serves it. */
function limitsAt(own: Account, startedAt: number): Limits {
  if (startedAt > own.loweredAt) return own
  return {
    maxTotal: larger(own.maxTotal, own.formerTotal),
    maxRate: larger(own.maxRate, own.formerRate),
  }
}

/** What its masternode says that it waited counts since its last lease; nothing where it had none, or a month ago. */
function countedWait(last: Lease | undefined, { waited, startedAt }: Open['opening']): number {
  if (last?.end === undefined) return 0
  const gap = startedAt - last.end
  return gap > MONTH_SECONDS ? 0 : Math.min(waited, gap)
}

/** Takes the place of the instance's last lease; what is unbilled of that one is kept as a residue. */
function record(
  book: LeaseBook,
  { opening }: Open,
  { masternode, rate, buffer }: Price & { readonly buffer: bigint },
): LeaseBook {
  const { instance, token, device, kind, startedAt } = opening
  const last = leaseIn(book, instance)
  const beneficiary = beneficiaryOf(book, last, { masternode, startedAt })
  return withLease(keepResidue(book, opening, last), instance, {
    token,
    device,
    kind,
    rate,
    from: startedAt,
    end: undefined,
    opener: masternode,
    beneficiary,
    reserve: buffer,
    passedAt: undefined,
  })
}

function keepResidue(
  book: LeaseBook,
  { instance }: Open['opening'],
  last: Lease | undefined,
): LeaseBook {
  if (last?.end === undefined || last.end <= last.from) return book
  const { token, device, rate, from, end, beneficiary, reserve: hold, passedAt } = last
  const residue = { device, rate, from, end, beneficiary, hold, passedAt }
  return withResidue(book, { instance, token }, residue)
}

/** Whoever reopens an instance within a period gains nothing by it: the share stays where it was. */
function beneficiaryOf(
  book: LeaseBook,
  last: Lease | undefined,
  { masternode, startedAt }: Omit<Start, 'account'>,
): MasternodeId {
  if (last?.end === undefined) return masternode
  if (startedAt >= last.end + book.calendar.periodSeconds) return masternode
  return isMasternodeActive(book, last.beneficiary) ? last.beneficiary : masternode
}
