import fc from 'fast-check'
import { expect, test } from 'vitest'

import { splitAmongFounders, splitEmission, splitIncome } from './index.ts'

const amount = fc.bigInt({ min: 0n, max: 2n ** 96n })
const bps = fc.integer({ min: 0, max: 10_000 })
const twoBps = fc.tuple(bps, bps).filter(([one, other]) => one + other <= 10_000)

test('what a tenant pays is shared out to the wei, no part below 0', () => {
  fc.assert(
    fc.property(amount, bps, twoBps, (paid, ownerBps, [masternodeBps, reserveBps]) => {
      const parts = splitIncome(paid, { ownerBps, masternodeBps, reserveBps })
      const { owner, masternode, reserve, network } = parts
      expect(owner + masternode + reserve + network).toBe(paid)
      expect(Object.values(parts).every((part) => part >= 0n)).toBe(true)
    }),
  )
})

test('of 1,001 wei the owner has 500, the masternode 50, the reserve 100, the network the rest', () => {
  const shares = { ownerBps: 5000, masternodeBps: 1000, reserveBps: 2000 }
  expect(splitIncome(1001n, shares)).toEqual({
    owner: 500n,
    masternode: 50n,
    reserve: 100n,
    network: 351n,
  })
})

test('an emission is divided to the wei, the fund has what rounding leaves', () => {
  fc.assert(
    fc.property(amount, twoBps, (emission, [contributorsBps, validatorsBps]) => {
      const shares = { contributorsBps, validatorsBps }
      const { pot, validators, fund } = splitEmission(emission, shares)
      expect(pot + validators + fund).toBe(emission)
      expect(fund >= 0n).toBe(true)
    }),
  )
})

test('of a day of era 0 contributors have 2,880 NXQ, validators and fund 360 each', () => {
  const shares = { contributorsBps: 8000, validatorsBps: 1000 }
  expect(splitEmission(3600n, shares)).toEqual({ pot: 2880n, validators: 360n, fund: 360n })
})

test('the founders have an amount to the wei, each at least its part rounded down', () => {
  fc.assert(
    fc.property(amount, twoBps, (whole, [one, other]) => {
      const list = [one, other, 10_000 - one - other]
      const parts = splitAmongFounders(whole, list)
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(whole)
      parts.forEach((part, index) => {
        expect(part >= (whole * BigInt(list[index] ?? 0)) / 10_000n).toBe(true)
      })
    }),
  )
})
