import fc from 'fast-check'
import { expect, test } from 'vitest'

import { shareRewards, type RewardRows } from './index.ts'

const device = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  scoreHundredths: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 10_000 })),
  uptimeSeconds: fc.nat(1440).map((minutes) => minutes * 60),
})
const rows = fc.uniqueArray(device, { selector: ({ id }) => id, maxLength: 40 }).map(rowsOf)
const pot = fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 2n ** 92n }))

test('a pot is shared out to the wei, or nobody earns and all of it is left', () => {
  fc.assert(
    fc.property(pot, rows, (whole, own) => {
      const { amounts, unearned } = shareRewards(whole, own)
      expect(amounts.reduce((sum, amount) => sum + amount, unearned)).toBe(whole)
      expect(amounts).toHaveLength(own.devices.length)
      const weighs = weightsOf(own).some((weight) => weight > 0n)
      expect(unearned).toBe(weighs ? 0n : whole)
    }),
  )
})

test('each device has its part rounded down, or 1 wei more; one without weight has nothing', () => {
  fc.assert(
    fc.property(pot, rows, (whole, own) => {
      const weights = weightsOf(own)
      const total = weights.reduce((sum, weight) => sum + weight, 0n)
      fc.pre(total > 0n)
      shareRewards(whole, own).amounts.forEach((amount, index) => {
        const weight = weights[index] ?? 0n
        const more = amount - (whole * weight) / total
        expect(more === 0n || (more === 1n && weight > 0n)).toBe(true)
      })
    }),
  )
})

test('the wei that are left go to the largest remainders, among equal ones to the lowest ids', () => {
  fc.assert(
    fc.property(pot, rows, (whole, own) => {
      const weights = weightsOf(own)
      const total = weights.reduce((sum, weight) => sum + weight, 0n)
      fc.pre(total > 0n)
      const ranked = weights
        .map((weight, index) => ({ index, remainder: (whole * weight) % total }))
        .toSorted((a, b) => Number(b.remainder - a.remainder) || a.index - b.index)
      const left = whole - weights.reduce((sum, weight) => sum + (whole * weight) / total, 0n)
      const lucky = new Set(ranked.slice(0, Number(left)).map(({ index }) => index))
      const expected = weights.map(
        (weight, index) => (whole * weight) / total + (lucky.has(index) ? 1n : 0n),
      )
      expect(shareRewards(whole, own).amounts).toEqual(expected)
    }),
  )
})

test('ten wei among three alike: the lowest id has one more', () => {
  const own = rowsOf([9, 4, 7].map((id) => ({ id, scoreHundredths: 500, uptimeSeconds: 60 })))
  expect(shareRewards(10n, own)).toEqual({ amounts: [4n, 3n, 3n], unearned: 0n })
})

test('a device that became active within the period has no score in it and earns nothing', () => {
  const own = rowsOf([
    { id: 1, scoreHundredths: 0, uptimeSeconds: 86_400 },
    { id: 2, scoreHundredths: 100, uptimeSeconds: 60 },
  ])
  expect(shareRewards(7n, own).amounts).toEqual([0n, 7n])
})

test('devices out of order, twice, or in columns of different length are refused', () => {
  const column = (...ids: number[]) => ({
    devices: Uint32Array.from(ids),
    scoreHundredths: Uint16Array.from(ids),
    uptimeSeconds: Uint32Array.from(ids),
  })
  expect(() => shareRewards(1n, column(2, 1))).toThrow('Device 1 follows 2.')
  expect(() => shareRewards(1n, column(3, 3))).toThrow('Device 3 follows 3.')
  const short = { ...column(1, 2), uptimeSeconds: new Uint32Array(1) }
  expect(() => shareRewards(1n, short)).toThrow('Columns of 2, 2, 1 devices.')
})

type Device = {
  readonly id: number
  readonly scoreHundredths: number
  readonly uptimeSeconds: number
}

function rowsOf(devices: readonly Device[]): RewardRows {
  const sorted = devices.toSorted((a, b) => a.id - b.id)
  return {
    devices: Uint32Array.from(sorted, ({ id }) => id),
    scoreHundredths: Uint16Array.from(sorted, ({ scoreHundredths }) => scoreHundredths),
    uptimeSeconds: Uint32Array.from(sorted, ({ uptimeSeconds }) => uptimeSeconds),
  }
}

function weightsOf({ scoreHundredths, uptimeSeconds }: RewardRows): bigint[] {
  return Array.from(scoreHundredths, (score, index) => BigInt(score * (uptimeSeconds[index] ?? 0)))
}
