import { accountOf, parseMasternodeId, type Address } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { plots } from '../../test/plots.ts'
import { begin, tell, tenants, type Story } from '../../test/story.ts'
import {
  accountIn,
  integralAt,
  periodOf,
  priceIn,
  spendableOf,
  type LeaseAction,
} from '../index.ts'
import { leaseIn, type LeaseBook } from '../lease/book.ts'
import { followFunds, type LeaseHappening } from './follow-funds.ts'
import { fundsAt, type Funds } from './funds.ts'

/** Whoever asks does so for a second to come: blocks of before may follow. */
const AHEAD_SECONDS = 2

test('what follows from openings and closings is what the contract would say, whatever else happens', () => {
  let followed = 0
  fc.assert(
    fc.property(plots, (own) => {
      const follower = createFollower()
      for (const next of own) {
        tell(follower.story, next)
        followed += follower.follow()
        for (const account of tenants) {
          const followedTo = follower.fundsOf(account)
          const said = readFunds(follower.story.book, account, followedTo?.at)
          expect(followedTo).toEqual(said)
        }
      }
    }),
    { numRuns: 300 },
  )
  expect(followed).toBeGreaterThan(300)
})

const funds: Funds = {
  at: 1000,
  spendable: 6000n,
  rateSum: 10n,
  maxRate: 100n,
  isApproved: true,
  weiPerMicroUsd: 3600n,
  bufferSeconds: 60,
}

test('what a lease set aside at a price of before is not known', () => {
  const closed = { happened: 'closed', at: 1010, rate: 4n, openedAt: 900 } as const
  expect(followFunds(funds, closed, 899)).toMatchObject({ at: 1010, rateSum: 6n, spendable: 6140n })
  expect(followFunds(funds, closed, 900)).toBeUndefined()
})

test('what was asked for a second that came after the block gives back what the lease did not run', () => {
  const closed = { happened: 'closed', at: 990, rate: 4n, openedAt: 900 } as const
  expect(followFunds(funds, closed, 0)).toMatchObject({ at: 1000, rateSum: 6n, spendable: 6280n })
})

test('nor what a lease owes that began at a price of before', () => {
  const opened = { happened: 'opened', at: 1000, rate: 4n, startedAt: 980 } as const
  expect(followFunds(funds, opened, 980)).toMatchObject({ rateSum: 14n, spendable: 5680n })
  expect(followFunds(funds, opened, 981)).toBeUndefined()
})

test('nor what an account that is insolvent has once a lease of it is closed', () => {
  const closed = { happened: 'closed', at: 1000, rate: 4n, openedAt: 900 } as const
  expect(followFunds({ ...funds, spendable: -1n }, closed, 0)).toBeUndefined()
})

/** Whoever asks once, follows what is said of leases, and asks again where anything else is said, or that is not enough. */
function createFollower() {
  const story = begin()
  const known = new Map<Address, Funds>()
  const openedAt = new Map<string, number>()
  let read = 0
  let standing = { terms: termsNow(story.book), since: story.book.time }
  const followOne = (before: LeaseBook, { action, outcome }: Story['told'][number]): number => {
    if (!outcome.done) return 0
    const { book } = outcome
    if (termsNow(book) !== standing.terms) {
      known.clear()
      standing = { terms: termsNow(book), since: book.time }
    }
    const happening = happeningOf(action, book, openedAt)
    if (happening === undefined || action.action === 'closeInsolvent') known.clear()
    if (happening === undefined) return 0
    const account = accountOf(nameOf(action as Named).instance)
    const own = known.get(account)
    // What is leaving, or was allowed before, is said by events of its own.
    const isAll = limitsOf(before, account) === limitsOf(book, account)
    const after = own && isAll ? followFunds(own, happening, standing.since) : undefined
    if (after === undefined) known.delete(account)
    else known.set(account, after)
    return after === undefined ? 0 : 1
  }
  let before = story.book
  return {
    story,
    /** Returns how often nothing had to be asked. */
    follow: (): number => {
      let followed = 0
      for (; read < story.told.length; read += 1) {
        const told = story.told[read]!
        followed += followOne(before, told)
        before = told.outcome.book
        for (const account of tenants) {
          if (known.has(account)) continue
          known.set(account, readFunds(before, account, before.time + AHEAD_SECONDS))
        }
      }
      return followed
    },
    fundsOf: (account: Address) => {
      const found = known.get(account)
      return found && fundsAt(found, story.book.time)
    },
  }
}

type Named = Extract<LeaseAction, { action: 'open' | 'close' | 'closeInsolvent' }>

function happeningOf(
  action: LeaseAction,
  book: LeaseBook,
  openedAt: Map<string, number>,
): LeaseHappening | undefined {
  const { at } = action
  if (!['open', 'close', 'closeInsolvent'].includes(action.action)) return undefined
  const { instance, token } = nameOf(action as Named)
  const rate = leaseIn(book, instance)?.rate ?? 0n
  if (action.action !== 'open') {
    return { happened: 'closed', at, rate, openedAt: openedAt.get(`${instance} ${token}`) ?? 0 }
  }
  openedAt.set(`${instance} ${token}`, at)
  return { happened: 'opened', at, rate, startedAt: action.opening.startedAt }
}

function nameOf(action: Named) {
  return action.action === 'open' ? action.opening : action
}

function limitsOf(book: LeaseBook, account: Address): string {
  const { maxTotal, leaving } = accountIn(book, account)
  return `${maxTotal} ${leaving}`
}

function termsNow(book: LeaseBook): string {
  return `${priceNow(book)} ${book.terms.bufferSeconds}`
}

function priceNow({ prices, calendar, time }: LeaseBook): bigint {
  return priceIn(prices, periodOf(calendar, time))
}

/** What the contract's views say. */
function readFunds(book: LeaseBook, account: Address, at = book.time): Funds {
  const own = accountIn(book, account)
  return {
    at,
    spendable: spendableOf(own, integralAt(book.prices, at)),
    rateSum: own.rateSum,
    maxRate: own.maxRate,
    isApproved: book.approvals.has(`${account} ${parseMasternodeId(1)}`),
    weiPerMicroUsd: priceNow(book),
    bufferSeconds: book.terms.bufferSeconds,
  }
}
