import {
  accountOf,
  smaller,
  type Address,
  type DeviceId,
  type InstanceKey,
  type MasternodeId,
  type Period,
} from '@nexqloud/kernel'

import { monthOf, periodEnd, periodStart } from '../calendar.ts'
import { priceIn } from '../price/history.ts'
import { splitIncome, type IncomeParts } from '../shares.ts'
import { chargeAccount, costOf, unheldOf } from './account.ts'
import { done, refuse, type LeaseActionOf, type LeaseEffect, type LeaseOutcome } from './action.ts'
import {
  leaseIn,
  nobody,
  residueIn,
  tenantOf,
  withAccount,
  withLease,
  withResidue,
  type Incomes,
  type Lease,
  type LeaseBook,
} from './book.ts'
import { MISSING_PERIODS } from './close.ts'

/** Periods after a lease passed one in which its next one is to be billed, not skipped. */
const CATCHING_UP_PERIODS = 3

/** Seconds of one lease in one period. */
type Item = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly period: Period
  readonly seconds: number
}

/** When a period is passed, and whether that keeps a lease from being billed. */
type Passing = { readonly at: number; readonly skipsBill: boolean }

/** What can be billed: the lease in place, or the residue of an earlier one. */
type Claim = {
  /** The lease in place, undefined for a residue. */
  readonly lease: Lease | undefined
  readonly device: DeviceId
  readonly rate: bigint
  readonly from: number
  readonly end: number | undefined
  readonly beneficiary: MasternodeId
  readonly hold: bigint
  readonly passedAt: number | undefined
}

/** Charges the seconds of a settled period and shares out what is paid. */
export function bill(book: LeaseBook, action: LeaseActionOf<'bill'>): LeaseOutcome {
  const { instance, token, period, seconds } = action
  if (book.roots.get(period) === undefined) return refuse(book, 'SettlementNoRoot')
  const item = { instance, token, period, seconds }
  return passPeriod(book, item, { at: action.at, skipsBill: false })
}

/**
 * Passes a period without a charge, once no root will bill it any more; one with a root not while the lease has just passed
 * the period before, without which nobody could bill it.
 */
export function skip(book: LeaseBook, action: LeaseActionOf<'skip'>): LeaseOutcome {
  const { calendar, roots } = book
  const { instance, token, period, at } = action
  const acceptedAt = roots.get(period)
  const since = acceptedAt ?? periodEnd(calendar, period)
  if (at < since + MISSING_PERIODS * calendar.periodSeconds) {
    return refuse(book, 'LeasesSkipTooEarly')
  }
  const item = { instance, token, period, seconds: 0 }
  return passPeriod(book, item, { at, skipsBill: acceptedAt !== undefined })
}

function passPeriod(book: LeaseBook, item: Item, { at, skipsBill }: Passing): LeaseOutcome {
  const claim = findClaim(book, item)
  if (claim === undefined || claim.from === claim.end) return refuse(book, 'AlreadyFinished')
  const [start, end] = [
    periodStart(book.calendar, item.period),
    periodEnd(book.calendar, item.period),
  ]
  if (claim.from < start || claim.from >= end) return refuse(book, 'NotThisPeriod')
  const catchesUpUntil = (claim.passedAt ?? 0) + CATCHING_UP_PERIODS * book.calendar.periodSeconds
  if (skipsBill && at < catchesUpUntil) return refuse(book, 'SkipTooEarly')
  const until = Math.min(claim.end ?? end, end)
  const price = priceIn(book.prices, item.period)
  const billed = Math.min(item.seconds, until - claim.from)
  const charge = costOf(claim.rate, price, billed)
  const most = costOf(claim.rate, price, until - claim.from)
  const pass = { item, claim, until, charge, most, at }
  const { changed, paid } =
    claim.end === undefined ? chargeOpen(book, pass) : chargeHold(book, pass)
  const shared = shareOut(changed, { item, claim, paid })
  const { instance, token } = item
  const effects: LeaseEffect[] = [
    { effect: 'billed', ...item, seconds: billed, shortfall: charge - paid, ...shared.effect },
  ]
  if (until === claim.end) effects.push({ effect: 'finished', instance, token })
  return done(shared.book, ...effects)
}

function findClaim(book: LeaseBook, { instance, token }: Item): Claim | undefined {
  const lease = leaseIn(book, instance)
  if (lease?.token === token) return { ...lease, lease, hold: lease.reserve }
  const residue = residueIn(book, instance, token)
  return residue === undefined ? undefined : { ...residue, lease: undefined }
}

/** What passing a period means for a claim: it moves to `until`; `charge` is due of at most `most`. */
type Pass = {
  readonly item: Item
  readonly claim: Claim
  readonly until: number
  readonly charge: bigint
  readonly most: bigint
  readonly at: number
}

type Charged = { readonly changed: LeaseBook; readonly paid: bigint }

/** An open lease pays from what no hold claims; its reservation moves on. */
function chargeOpen(book: LeaseBook, { item, claim, until, charge, at }: Pass): Charged {
  const own = tenantOf(book, item.instance)
  const paid = smaller(charge, unheldOf(own))
  const price = priceIn(book.prices, item.period)
  const passed = claim.rate * price * BigInt(until - claim.from)
  const account = { ...chargeAccount(own, paid), weighted: own.weighted + passed }
  const moved = withAccount(book, accountOf(item.instance), account)
  if (claim.lease === undefined) return { changed: moved, paid }
  const lease = { ...claim.lease, from: until, passedAt: at }
  return { changed: withLease(moved, item.instance, lease), paid }
}

/** A closed lease pays from its hold, which is used up from its beginning: the earliest seconds are the paid ones. */
function chargeHold(book: LeaseBook, pass: Pass): Charged {
  const { item, claim, charge, most } = pass
  const part = smaller(claim.hold, most)
  const paid = smaller(charge, part)
  const own = chargeAccount(tenantOf(book, item.instance), paid)
  const account = { ...own, holds: own.holds - part }
  const charged = withAccount(book, accountOf(item.instance), account)
  return { changed: advance(charged, pass, claim.hold - part), paid }
}

function advance(book: LeaseBook, { item, claim, until, at }: Pass, hold: bigint): LeaseBook {
  if (claim.lease !== undefined) {
    const lease = { ...claim.lease, from: until, reserve: hold, passedAt: at }
    return withLease(book, item.instance, lease)
  }
  const { device, rate, beneficiary, end = until } = claim
  const rest = { device, rate, from: until, end, beneficiary, hold, passedAt: at }
  return withResidue(book, item, until === end ? undefined : rest)
}

type Income = { readonly item: Item; readonly claim: Claim; readonly paid: bigint }

type Shared = {
  readonly book: LeaseBook
  readonly effect: {
    readonly paid: bigint
    readonly parts: IncomeParts
    readonly owner: Address
    readonly beneficiary: MasternodeId
  }
}

/** Splits by the shares, and pays the owner, of the period's start. */
function shareOut(book: LeaseBook, { item, claim, paid }: Income): Shared {
  const start = periodStart(book.calendar, item.period)
  const { shares } = book.shares.reduce((held, next) => (next.from <= start ? next : held))
  const parts = splitIncome(paid, shares)
  const effect = {
    paid,
    parts,
    owner: ownerAt(book, claim.device, start),
    beneficiary: claim.beneficiary,
  }
  if (paid === 0n) return { book, effect }
  const remembered = remember(book, item, parts.network)
  const networkFund = book.networkFund + parts.network
  const reserveFund = book.reserveFund + parts.reserve
  return { book: { ...remembered, networkFund, reserveFund }, effect }
}

/** Who owned a device at a time; its first owner before it was registered. */
function ownerAt({ devices }: LeaseBook, device: DeviceId, time: number): Address {
  const owners = devices.get(device)?.owners ?? []
  return (owners.findLast(({ from }) => from <= time) ?? owners[0])?.owner ?? nobody
}

/** Keeps what the network had from an instance for two months; what comes for an older one is not kept. */
function remember(book: LeaseBook, { instance, period }: Item, received: bigint): LeaseBook {
  const month = monthOf(book.calendar, period)
  const incomes = book.incomes.get(instance) ?? noIncomes
  const kept = incomes[month % 2 === 0 ? 0 : 1]
  if (kept.month > month) return book
  const next =
    kept.month === month
      ? { ...kept, received: kept.received + received }
      : { month, received, credited: 0n }
  const changed: Incomes = month % 2 === 0 ? [next, incomes[1]] : [incomes[0], next]
  return { ...book, incomes: book.incomes.set(instance, changed) }
}

const nothing = { month: 0, received: 0n, credited: 0n } as const
const noIncomes: Incomes = [nothing, nothing]
