/** What may happen next in a story of leases, for its tests. */

import { createInstanceKey, parseDeviceId, parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'

import { periodOf } from '../src/calendar.ts'
import { accountIn, leaseIn } from '../src/lease/book.ts'
import { priceIn } from '../src/price/history.ts'
import {
  callers,
  claimOf,
  committedBy,
  nameOf,
  owners,
  periodSeconds,
  pick,
  priceSigner,
  rate,
  setMasternode,
  signers,
  stranger,
  tenants,
  type Plot,
} from './story.ts'

const small = fc.nat(1_000_000)
const nobodyElse = fc.constant(stranger)
const tenant = fc.constantFrom(...tenants)
const caller = fc.constantFrom(...callers)
const masternode = fc.integer({ min: 1, max: 3 }).map(parseMasternodeId)
const device = fc.integer({ min: 1, max: 3 }).map(parseDeviceId)
const kind = fc.integer({ min: 1, max: 3 })
const instance = fc
  .tuple(tenant, fc.bigInt({ min: 0n, max: 1n }))
  .map(([account, number]) => createInstanceKey(account, number))

const opening = fc
  .tuple(instance, device, kind, fc.constantFrom(...signers), fc.tuple(small, small))
  .map(([own, on, what, by, [back, jump]]): Plot => ({ book }) => {
    const last = leaseIn(book, own)?.token ?? 0n
    const startedAt = book.time + (back % 30 === 0 ? 5 : -(back % 3 === 0 ? back % 80 : 0))
    const token = last + (jump % 12 === 0 ? BigInt(jump % 5) * 2n ** 31n : 1n + BigInt(jump % 3))
    const wanted = { instance: own, device: on, kind: what, startedAt, token }
    return { action: 'open', by, opening: wanted }
  })

const closing = fc
  .tuple(fc.constantFrom('close', 'closeInsolvent'), caller, small)
  .map(([action, by, which]): Plot => ({ names }) => ({ action, by, ...nameOf(names, which) }))

const billing = fc
  .tuple(fc.constantFrom('bill', 'skip'), small, fc.oneof(fc.nat(500), fc.constant(300)))
  .map(([action, which, seconds]): Plot => ({ book, names }) => {
    const name = nameOf(names, which)
    const claim = claimOf(book, name)
    const own = periodOf(book.calendar, claim?.from ?? book.time)
    const period = parsePeriod(which % 11 === 0 ? own + 1 : own)
    const common = { by: stranger, ...name, period }
    return action === 'bill' ? { action, ...common, seconds } : { action, ...common }
  })

const credit = fc
  .tuple(instance, fc.nat(2), fc.bigInt({ min: 0n, max: 10n ** 16n }))
  .map(([own, back, amount]): Plot => ({ book }) => {
    const now = periodOf(book.calendar, book.time)
    const month = Math.max(0, Math.floor((now * periodSeconds) / (30 * 86_400)) - back)
    const period = book.newestRoot ?? now
    return { action: 'credit', by: stranger, instance: own, month, amount, period }
  })

const ofTenant = fc.oneof(
  fc.record({
    action: fc.constant('deposit' as const),
    by: caller,
    account: tenant,
    amount: fc.bigInt({ min: 0n, max: 10n ** 16n }),
  }),
  fc.record({ action: fc.constantFrom('approve', 'revoke'), by: tenant, masternode }),
  fc.record({ action: fc.constant('cancelWithdrawal' as const), by: tenant }),
  fc.record({ action: fc.constant('withdraw' as const), by: tenant, to: caller }),
)

/** All that is free, or a part of it, or more. */
const announcing = fc.tuple(tenant, small).map(([by, choice]): Plot => (story) => {
  const own = accountIn(story.book, by)
  const free = own.balance - committedBy(story.book, by)
  const amount = pick([free, free, free / 2n, free + 1n], choice)
  return { action: 'announceWithdrawal', by, amount: amount < 0n ? 0n : amount }
})

/** Around what is committed, where the rule bites. */
const limiting = fc.tuple(tenant, small).map(([by, choice]): Plot => ({ book }) => {
  const own = accountIn(book, by)
  const least = own.maxTotal - own.left + committedBy(book, by)
  const maxTotal = pick([least, least > 0n ? least - 1n : 0n, 2n ** 90n], choice)
  return { action: 'setLimits', by, maxTotal, maxRate: choice % 5 === 0 ? 2n * rate : 2n ** 39n }
})

/** Seconds, periods, a time in which roots are given up, and now and then more than a month. */
const elapsed = fc.oneof(
  { weight: 16, arbitrary: fc.nat(40) },
  { weight: 16, arbitrary: fc.nat(600) },
  { weight: 6, arbitrary: fc.nat(20 * periodSeconds) },
  { weight: 2, arbitrary: fc.nat(3_000_000) },
)

const passing = fc.tuple(elapsed, small).map(([seconds, choice]): Plot => ({ book }) => {
  const price = priceIn(book.prices, periodOf(book.calendar, book.time))
  const perCent = BigInt(pick([100, 100, 95, 110, 150], choice))
  const weiPerMicroUsd = (price * perCent) / 100n + 1n
  return { action: 'quote', by: priceSigner, at: book.time + seconds, weiPerMicroUsd }
})

/** The oldest period without a root; now and then the newest, so that those between never have one. */
const settling = small.map((choice): Plot => ({ book }) => {
  const current = periodOf(book.calendar, book.time)
  const next = choice % 4 === 0 ? current - 1 : (book.newestRoot ?? -1) + 1
  const period = parsePeriod(Math.max(0, next))
  return { action: 'settle', by: stranger, period }
})

const ofWorld = fc.oneof(
  fc.record({
    action: fc.constant('setDevice' as const),
    by: nobodyElse,
    device,
    owner: fc.constantFrom(...owners),
    isActive: fc.constantFrom(true, true, false),
  }),
  fc
    .tuple(masternode, fc.constantFrom(true, true, false))
    .map(([id, isActive]) => setMasternode(id, isActive)),
  fc.record({
    action: fc.constant('listKind' as const),
    by: nobodyElse,
    kind,
    rate: fc.constantFrom(0n, rate, 2n * rate, 3n * rate),
  }),
  fc.record({
    action: fc.constant('setIncomeShares' as const),
    by: nobodyElse,
    shares: fc.record({
      ownerBps: fc.integer({ min: 5000, max: 10_000 }),
      masternodeBps: fc.integer({ min: 0, max: 5000 }),
      reserveBps: fc.integer({ min: 1000, max: 5000 }),
    }),
  }),
)

const plot: fc.Arbitrary<Plot> = fc.oneof(
  { weight: 22, arbitrary: opening },
  { weight: 16, arbitrary: closing },
  { weight: 24, arbitrary: billing },
  { weight: 5, arbitrary: credit },
  { weight: 18, arbitrary: passing },
  { weight: 12, arbitrary: settling },
  { weight: 3, arbitrary: limiting },
  { weight: 4, arbitrary: announcing },
  {
    weight: 10,
    arbitrary: ofTenant.map(
      (plan): Plot =>
        () =>
          plan,
    ),
  },
  {
    weight: 4,
    arbitrary: ofWorld.map(
      (plan): Plot =>
        () =>
          plan,
    ),
  },
)
/** A story's course: up to 150 things that happen. */
export const plots = fc.array(plot, { minLength: 1, maxLength: 150, size: 'max' })
