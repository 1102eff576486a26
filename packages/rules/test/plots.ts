/** What may happen next in a story of leases, for its tests. */

import {
  createInstanceKey,
  parseDeviceId,
  parseMasternodeId,
  parsePeriod,
  type Period,
} from '@nexqloud/kernel'
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
  type Name,
  type Plan,
  type Plot,
  type Story,
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

/** Several things that one caller says at once. */
type Batch = readonly Plot[]

function several<T>(items: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.array(items, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(items, { minLength: 2, maxLength: 5 }) },
  )
}

const openings = fc
  .tuple(
    fc.constantFrom(...signers),
    several(fc.tuple(instance, device, kind, fc.tuple(small, small))),
  )
  .map(([by, items]): Batch =>
    items.map(([own, on, what, [back, jump]]): Plot => ({ book }) => {
      const last = leaseIn(book, own)?.token ?? 0n
      const startedAt = book.time + (back % 30 === 0 ? 5 : -(back % 3 === 0 ? back % 80 : 0))
      const token = last + (jump % 12 === 0 ? BigInt(jump % 5) * 2n ** 31n : 1n + BigInt(jump % 3))
      const wanted = { instance: own, device: on, kind: what, startedAt, token, waited: jump % 100 }
      return { action: 'open', by, opening: wanted }
    }),
  )

const closings = fc
  .tuple(fc.constantFrom('close', 'closeInsolvent'), caller, several(small))
  .map(([action, by, items]): Batch =>
    items.map((which): Plot => ({ names }) => ({ action, by, ...nameOf(names, which) })),
  )

/** All items of a batch are of the period that the first one waits for. */
const billings = fc
  .tuple(
    fc.constantFrom('bill', 'skip'),
    several(fc.tuple(small, fc.oneof(fc.nat(500), fc.constant(300)))),
  )
  .map(([action, items]): Batch =>
    items.map(([which, seconds], index): Plot => (story) => {
      const before = story.told.at(-1)?.action
      const isNext = index > 0 && (before?.action === 'bill' || before?.action === 'skip')
      const name = isNext ? waitingFor(story, before.period, which) : nameOf(story.names, which)
      const own = periodOf(story.book.calendar, claimOf(story.book, name)?.from ?? story.book.time)
      const period = isNext ? before.period : parsePeriod(which % 11 === 0 ? own + 1 : own)
      const common = { by: stranger, ...name, period }
      return action === 'bill' ? { action, ...common, seconds } : { action, ...common }
    }),
  )

/** Mostly a lease whose oldest unbilled period this is. */
function waitingFor({ book, names }: Story, period: Period, which: number): Name {
  const waiting = names.filter((name) => {
    const claim = claimOf(book, name)
    return claim !== undefined && periodOf(book.calendar, claim.from) === period
  })
  return which % 6 === 0 || waiting.length === 0 ? nameOf(names, which) : pick(waiting, which)
}

const credit = fc
  .tuple(small, fc.nat(2), fc.bigInt({ min: 0n, max: 10n ** 16n }))
  .map(([which, back, amount]): Plot => ({ book, names }) => {
    const now = periodOf(book.calendar, book.time)
    const month = Math.max(0, Math.floor((now * periodSeconds) / (30 * 86_400)) - back)
    const period = book.newestRoot ?? now
    const { instance: own } = nameOf(names, which)
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

/** Seconds, periods, a time in which roots are given up, and now and then about a month. */
const elapsed = fc.oneof(
  { weight: 16, arbitrary: fc.nat(40) },
  { weight: 16, arbitrary: fc.nat(600) },
  { weight: 6, arbitrary: fc.nat(20 * periodSeconds) },
  { weight: 1, arbitrary: fc.integer({ min: 2_000_000, max: 3_000_000 }) },
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

/** As a vote may set them. */
const terms = fc.record({
  action: fc.constant('setTerms' as const),
  by: nobodyElse,
  terms: fc.record({
    bufferSeconds: fc.integer({ min: 600, max: 1200 }),
    delaySeconds: fc.integer({ min: 600, max: 1200 }),
    closingRewardBps: fc.integer({ min: 0, max: 2000 }),
  }),
})

const one = (plot: fc.Arbitrary<Plot>): fc.Arbitrary<Batch> => plot.map((next) => [next])
const planned = (plans: fc.Arbitrary<Plan>) =>
  one(
    plans.map(
      (plan): Plot =>
        () =>
          plan,
    ),
  )

const batch: fc.Arbitrary<Batch> = fc.oneof(
  { weight: 22, arbitrary: openings },
  { weight: 16, arbitrary: closings },
  { weight: 24, arbitrary: billings },
  { weight: 5, arbitrary: one(credit) },
  { weight: 18, arbitrary: one(passing) },
  { weight: 12, arbitrary: one(settling) },
  { weight: 3, arbitrary: one(limiting) },
  { weight: 4, arbitrary: one(announcing) },
  { weight: 10, arbitrary: planned(ofTenant) },
  { weight: 4, arbitrary: planned(ofWorld) },
  { weight: 1, arbitrary: planned(terms) },
)
/** A story's course: up to 120 things that are said, some of them at once. */
export const plots = fc
  .array(batch, { minLength: 1, maxLength: 120, size: 'max' })
  .map((batches) => batches.flat())
