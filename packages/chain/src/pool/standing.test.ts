import { WEI_PER_NXQ } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { standingOf } from './standing.ts'

const balance = fc.bigInt({ min: 0n, max: 21_000_000n * WEI_PER_NXQ })

test('who owns more never has less room', () => {
  fc.assert(
    fc.property(balance, balance, (a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a]
      const [poor, rich] = [less, more].map((wei) =>
        standingOf({ balance: wei, isMasternode: false }),
      )
      expect(rich?.slots).toBeGreaterThanOrEqual(poor?.slots ?? Infinity)
      expect(rich?.rank).toBeGreaterThanOrEqual(poor?.rank ?? Infinity)
    }),
  )
})

test('a masternode goes before everybody, whatever it owns', () => {
  const masternode = standingOf({ balance: 0n, isMasternode: true })
  fc.assert(
    fc.property(balance, (wei) => {
      const { rank, slots } = standingOf({ balance: wei, isMasternode: false })
      expect(rank).toBeLessThan(masternode.rank)
      expect(slots).toBeLessThanOrEqual(masternode.slots)
    }),
  )
})

test('a network in which nobody owns anything can start', () => {
  expect(standingOf({ balance: 0n, isMasternode: false })).toEqual({
    rank: 0,
    slots: 4,
    perMinute: 60,
  })
})
