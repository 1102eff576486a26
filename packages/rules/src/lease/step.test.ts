import { accountOf, parsePeriod, type Address, type Period } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { plots } from '../../test/plots.ts'
import {
  begin,
  claimOf,
  periodSeconds,
  stranger,
  tell,
  tenants,
  type Story,
} from '../../test/story.ts'
import {
  accountIn,
  ActionInPastError,
  integralAt,
  itemRefusals,
  periodOf,
  periodStart,
  priceIn,
  reservedOf,
  stepLeases,
  usableOf,
  type LeaseBook,
} from '../index.ts'

test('no wei appears or is lost, whatever several accounts do', () => {
  fc.assert(
    fc.property(plots, (own) => {
      const story = begin()
      for (const next of own) {
        tell(story, next)
        expect(gapsOf(story)).toEqual({ lost: 0n, unshared: 0n, network: 0n, reserve: 0n })
      }
    }),
    { numRuns: 200 },
  )
})

test('what an account keeps in sums is what its leases add up to, and never below 0', () => {
  fc.assert(
    fc.property(plots, (own) => {
      const story = begin()
      for (const next of own) {
        tell(story, next)
        for (const account of tenants) {
          expect(keptBy(story.book, account)).toEqual(addedUp(story, account))
          expect(lowestOf(story.book, account)).toBeGreaterThanOrEqual(0n)
        }
      }
    }),
    { numRuns: 80 },
  )
})

test('no lease is billed twice for a period, nor for more seconds than it ran in it', () => {
  fc.assert(
    fc.property(plots, (own) => {
      const story = begin()
      for (const next of own) tell(story, next)
      const billed = story.effects.filter((effect) => effect.effect === 'billed')
      const passed = billed.map(({ instance: key, token, period }) => `${key}/${token}/${period}`)
      expect(new Set(passed).size).toBe(passed.length)
      const tooMany = billed.filter(
        ({ instance: key, token, period, seconds }) =>
          seconds > secondsRun(story, `${key}/${token}`, period),
      )
      expect(tooMany).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('every lease can be brought to its end, and then its account keeps nothing for it', () => {
  fc.assert(
    fc.property(plots, (own) => {
      const story = begin()
      for (const next of own) tell(story, next)
      finishAll(story)
      for (const account of tenants) {
        const { holds, buffers, rateSum, weighted } = accountIn(story.book, account)
        expect({ holds, buffers, rateSum, weighted }).toEqual({
          holds: 0n,
          buffers: 0n,
          rateSum: 0n,
          weighted: 0n,
        })
      }
    }),
    { numRuns: 60 },
  )
})

test('an action that is refused changes nothing but the time', () => {
  fc.assert(
    fc.property(plots, (own) => {
      const story = begin()
      for (const next of own) {
        const before = story.book
        const outcome = tell(story, next)
        if (outcome.done) continue
        const { time, prices } = outcome.book
        expect(outcome.book).toEqual({ ...before, time, prices })
        expect(outcome.book.accounts).toBe(before.accounts)
      }
    }),
    { numRuns: 60 },
  )
})

test('the stories reach every refusal of an item and every effect', () => {
  const reached = new Set<string>()
  for (const own of fc.sample(plots, { seed: 7, numRuns: 400 })) {
    const story = begin()
    for (const next of own) tell(story, next)
    for (const outcome of story.outcomes) reached.add(outcome)
  }
  const effects = ['withdrawn', 'leavingUsed', 'billed', 'finished', 'rewarded', 'credited']
  const wanted = [...itemRefusals.filter((name) => name !== 'None'), ...effects]
  expect(wanted.filter((name) => !reached.has(name))).toEqual([])
})

test('an action before the last one is a mistake of the caller', () => {
  const { book } = begin()
  const late = { action: 'withdraw', by: stranger, to: stranger, at: book.time - 1 } as const
  expect(() => stepLeases(book, late)).toThrow(ActionInPastError)
})

/** How long a lease ran in a period, by what was told of its opening and closing alone. */
function secondsRun({ book, told }: Story, name: string, period: Period): number {
  let [from, until] = [Infinity, Infinity]
  for (const { action, outcome } of told) {
    if (!outcome.done) continue
    if (action.action === 'open') {
      const { instance: key, token, startedAt } = action.opening
      if (`${key}/${token}` === name) from = startedAt
    } else if (action.action === 'close' || action.action === 'closeInsolvent') {
      if (`${action.instance}/${action.token}` === name) until = action.at
    }
  }
  const start = periodStart(book.calendar, period)
  return Math.min(until, start + periodSeconds) - Math.max(from, start)
}

/** Closes what is open, then passes every period of every lease, by skips alone: nobody's help is needed. */
function finishAll(story: Story): void {
  for (const name of story.names) {
    tell(story, () => ({ action: 'close', by: accountOf(name.instance), ...name }))
  }
  for (const name of story.names) {
    for (
      let claim = claimOf(story.book, name);
      claim !== undefined;
      claim = claimOf(story.book, name)
    ) {
      if (claim.from === claim.end) break
      const { from } = claim
      const period: Period = periodOf(story.book.calendar, from)
      const at = story.book.time + 15 * periodSeconds
      const outcome = tell(story, () => ({ action: 'skip', by: stranger, at, ...name, period }))
      if (!outcome.done) throw new Error(`A skip was refused: ${outcome.refusal}.`)
    }
  }
}

/** What is missing anywhere: 0 everywhere unless a rule is wrong. */
function gapsOf({ book, effects, deposited }: Story) {
  const kept = tenants
    .map((account) => accountIn(book, account))
    .reduce((sum, { balance, leaving }) => sum + balance + leaving, 0n)
  const sum = { paid: 0n, shared: 0n, moved: 0n, network: 0n, reserve: 0n, credited: 0n }
  for (const effect of effects) {
    if (effect.effect === 'billed') {
      const { owner, masternode: opener, reserve, network } = effect.parts
      sum.paid += effect.paid
      sum.shared += owner + opener + reserve + network
      sum.network += network
      sum.reserve += reserve
    }
    if (effect.effect === 'withdrawn' || effect.effect === 'rewarded') sum.moved += effect.amount
    if (effect.effect === 'credited') sum.credited += effect.amount
  }
  return {
    lost: deposited + sum.credited - kept - sum.paid - sum.moved,
    unshared: sum.paid - sum.shared,
    network: book.networkFund - sum.network + sum.credited,
    reserve: book.reserveFund - sum.reserve,
  }
}

function keptBy(book: LeaseBook, account: Address) {
  const own = accountIn(book, account)
  const { holds, buffers, rateSum, weighted } = own
  const reserved = reservedOf(own, integralAt(book.prices, book.time))
  return { holds, buffers, rateSum, weighted, reserved }
}

/** The smallest of all amounts that must not be below 0. */
function lowestOf(book: LeaseBook, account: Address): bigint {
  const own = accountIn(book, account)
  const { holds, buffers, reserved } = keptBy(book, account)
  const amounts = [
    own.balance,
    own.left,
    own.leaving,
    holds,
    buffers,
    reserved,
    usableOf(own) - holds,
  ]
  return amounts.reduce((lowest, wei) => (wei < lowest ? wei : lowest))
}

/** The same as {@link keptBy}, lease by lease. */
function addedUp({ book, names }: Story, account: Address) {
  const sum = { holds: 0n, buffers: 0n, rateSum: 0n, weighted: 0n, reserved: 0n }
  for (const name of names) {
    if (accountOf(name.instance) !== account) continue
    const claim = claimOf(book, name)
    if (claim === undefined) continue
    if (claim.end !== undefined) sum.holds += claim.reserve
    else {
      sum.buffers += claim.reserve
      sum.rateSum += claim.rate
      sum.weighted += claim.rate * integralAt(book.prices, claim.from)
      sum.reserved += secondsCost(book, claim.rate, claim.from)
    }
  }
  return sum
}

/** What a rate costs from a second until now, period by period. */
function secondsCost(book: LeaseBook, perHour: bigint, from: number): bigint {
  let sum = 0n
  for (let at = from; at < book.time;) {
    const period = periodOf(book.calendar, at)
    const until = Math.min(book.time, periodStart(book.calendar, parsePeriod(period + 1)))
    sum += (perHour * priceIn(book.prices, period) * BigInt(until - at)) / 3600n
    at = until
  }
  return sum
}
