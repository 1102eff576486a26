import { createInstanceKey, parseAddress } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createFundedWorld, fundedHappening } from '../../test/funded-world.ts'
import { dryAt, fundsAt, type Funds } from './funds.ts'
import { planFreeze, type FundedInstance } from './plan-freeze.ts'

const tenant = parseAddress(`0x${'a'.repeat(40)}`)
const key = (number: number) => createInstanceKey(tenant, BigInt(number))

/** A micro-USD an hour costs a wei a second: a buffer of a lease of 10 is 600. */
const funds: Funds = {
  at: 1000,
  spendable: 0n,
  rateSum: 30n,
  maxRate: 1000n,
  isApproved: true,
  weiPerMicroUsd: 3600n,
  bufferSeconds: 60,
}

const leased = (number: number, more: Partial<FundedInstance> = {}): FundedInstance => ({
  instance: key(number),
  rate: 10n,
  priority: 0,
  madeAt: number,
  isLeased: true,
  isFrozen: false,
  isRunning: true,
  refusal: undefined,
  ...more,
})
const waiting = (number: number, more: Partial<FundedInstance> = {}) =>
  leased(number, { isLeased: false, ...more })
const frozen = (number: number, more: Partial<FundedInstance> = {}) =>
  waiting(number, { isFrozen: true, isRunning: false, ...more })

function plan(
  spendable: bigint,
  instances: readonly FundedInstance[],
  more: {
    readonly isKnown?: boolean
    readonly isGraceOver?: boolean
    readonly funds?: object
  } = {},
) {
  const { isKnown = true, isGraceOver = true } = more
  return planFreeze({
    funds: { ...funds, spendable, ...more.funds },
    isKnown,
    isGraceOver,
    instances,
  })
}

const stopped = (numbers: readonly number[], reason = 'FundsTooLow') =>
  numbers.map((number) => ({ instance: key(number), reason }))

test('while an account is solvent nothing that has a lease stops', () => {
  expect(plan(0n, [leased(1), leased(2)])).toEqual({ freeze: [], resume: [], unpaid: [] })
})

test('what is needed stops and no more, the newest first', () => {
  const all = [leased(1), leased(2), leased(3)]
  expect(plan(-1n, all).freeze).toEqual(stopped([3]))
  expect(plan(-600n, all).freeze).toEqual(stopped([3]))
  expect(plan(-601n, all).freeze).toEqual(stopped([3, 2]))
})

test('what its tenant wants to stay stops last', () => {
  const all = [leased(1), leased(2), leased(3, { priority: 5 }), leased(4, { priority: -1 })]
  expect(plan(-700n, all).freeze).toEqual(stopped([4, 2]))
})

test('what is about to stop gives its buffer back, and nothing else stops for it', () => {
  expect(plan(-1n, [leased(1), leased(2, { isFrozen: true })]).freeze).toEqual([])
})

test('what cannot be paid for runs while the grace lasts, and is told why', () => {
  const poor = plan(599n, [waiting(1)], { isGraceOver: false })
  expect(poor).toEqual({ freeze: [], resume: [], unpaid: stopped([1]) })
  expect(plan(599n, [waiting(1)]).freeze).toEqual(stopped([1]))
  expect(plan(600n, [waiting(1)]).freeze).toEqual([])
})

test('the grace begins when something runs, and where it is over nothing begins to', () => {
  const still = waiting(1, { isRunning: false })
  expect(plan(0n, [still], { isGraceOver: false }).unpaid).toEqual([])
  expect(plan(0n, [still]).freeze).toEqual(stopped([1]))
})

test('each reason is told by its own name, that of the chain first', () => {
  const of = (more: object, each = waiting(1)) => plan(10_000n, [each], { funds: more }).freeze
  expect(of({ isApproved: false })).toEqual(stopped([1], 'NotApproved'))
  expect(of({ maxRate: 39n })).toEqual(stopped([1], 'RateAboveLimit'))
  expect(of({}, waiting(1, { rate: 0n }))).toEqual(stopped([1], 'TooLarge'))
  expect(of({}, waiting(1, { refusal: 'FundsTooLow' }))).toEqual(stopped([1]))
})

test('what waits is served in the order of the tenant, as far as the money goes', () => {
  const all = [waiting(1), waiting(2, { priority: 1 }), waiting(3)]
  expect(plan(1200n, all).freeze).toEqual(stopped([3]))
})

test('what is frozen runs again once there is money for twice its start, in the order of the tenant', () => {
  const all = [frozen(1), frozen(2), frozen(3, { priority: 1 })]
  expect(plan(1199n, all).resume).toEqual([])
  expect(plan(1200n, all).resume).toEqual([key(3)])
  expect(plan(2400n, all).resume).toEqual([key(3), key(1), key(2)])
})

test('one that is too large for what there is keeps no smaller one from running', () => {
  const all = [frozen(1, { rate: 100n, priority: 1 }), frozen(2)]
  expect(plan(1200n, all).resume).toEqual([key(2)])
})

test('nothing runs again by what was known before the chain went away', () => {
  expect(plan(10_000n, [frozen(1)], { isKnown: false }).resume).toEqual([])
})

test('with the chain away nothing stops before the last known runway is over, and everything has stopped a buffer later', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(1n, 1000n), { minLength: 1, maxLength: 8 }),
      fc.bigInt(0n, 10n ** 5n),
      (rates, spendable) => {
        const rateSum = rates.reduce((sum, rate) => sum + rate, 0n)
        const known = { ...funds, spendable, rateSum }
        const dry = dryAt(known) ?? 0
        let all = rates.map((rate, number) => leased(number, { rate }))
        for (let now = known.at; now <= dry + known.bufferSeconds + 1; now += 1) {
          const input = { funds: fundsAt(known, now), isKnown: false, isGraceOver: true }
          const { freeze } = planFreeze({ ...input, instances: all })
          if (now <= dry) expect(freeze).toEqual([])
          const stops = new Set(freeze.map(({ instance }) => instance))
          // Their leases stay open: nobody can close them.
          all = all.map((each) => (stops.has(each.instance) ? { ...each, isFrozen: true } : each))
        }
        expect(all.every(({ isFrozen }) => isFrozen)).toBe(true)
      },
    ),
  )
})

test('whatever happens, nothing runs unpaid longer than a grace, nothing that can pay stops, and all runs again at a top-up', () => {
  fc.assert(
    fc.property(fc.array(fundedHappening, { maxLength: 60 }), (happenings) => {
      const world = createFundedWorld()
      for (const each of happenings) world.let(each)
      expect(world.lapses()).toEqual([])
      world.topUp()
      expect(world.standing()).toEqual({ frozen: 0, unleased: 0 })
    }),
    { numRuns: 300 },
  )
})
