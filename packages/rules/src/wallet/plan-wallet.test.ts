import { parseAddress } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  planWallet,
  WALLET_KEEPS_WEI,
  type WalletAction,
  type WalletFacts,
  type WalletWish,
  type WithdrawalProgress,
} from './plan-wallet.ts'

const to = parseAddress(`0x${'b'.repeat(40)}`)
const NXQ = 10n ** 18n
const wish: WalletWish = { approves: true, maxTotalWei: 5n * NXQ, maxRate: 1000n }
const fresh: WalletFacts = {
  balanceWei: 0n,
  nonce: 0,
  isApproved: false,
  maxTotalWei: 0n,
  maxRate: 0n,
  leavingWei: 0n,
}
const settled = { ...fresh, isApproved: true, maxTotalWei: 5n * NXQ, maxRate: 1000n, nonce: 7 }

test('a new wallet has its limits set before anybody may spend', () => {
  expect(planWallet(wish, fresh, undefined).actions.map(({ does }) => does)).toEqual([
    'setLimits',
    'approve',
  ])
  expect(planWallet(wish, settled, undefined)).toEqual({ actions: [] })
})

test('what it is sent goes into its account, but for what fees need', () => {
  const sent = { ...settled, balanceWei: NXQ }
  expect(planWallet(wish, sent, undefined).actions).toEqual([
    { does: 'deposit', amountWei: NXQ - WALLET_KEEPS_WEI },
  ])
  const little = { ...settled, balanceWei: 2n * WALLET_KEEPS_WEI - 1n }
  expect(planWallet(wish, little, undefined).actions).toEqual([])
})

test('who is not to spend is revoked, and gets nothing more', () => {
  const sent = { ...settled, balanceWei: NXQ }
  expect(planWallet({ ...wish, approves: false }, sent, undefined).actions).toEqual([
    { does: 'revoke' },
  ])
})

test('a withdrawal is announced once for a serial, whenever its keeper dies', () => {
  const withdraw = { serial: 2, to, amountWei: NXQ }
  const next = (facts: WalletFacts, progress?: WithdrawalProgress) =>
    planWallet({ ...wish, withdraw }, facts, progress)
  const announce = { does: 'announce', amountWei: NXQ, serial: 2 }
  expect(next(settled).actions).toEqual([announce])
  const written = { serial: 2, nonce: 7, isDone: false }
  expect(next(settled, written).actions).toEqual([announce])
  const announced = { ...settled, nonce: 8, leavingWei: NXQ }
  expect(next(announced, written).actions).toEqual([{ does: 'withdraw', to }])
  const left = { ...settled, nonce: 9 }
  expect(next(left, written)).toEqual({ actions: [], done: { ...written, isDone: true } })
  expect(next(left, { ...written, isDone: true })).toEqual({ actions: [] })
  expect(next(left, { serial: 3, nonce: 9, isDone: true })).toEqual({ actions: [] })
})

test('however often its keeper dies, a wish is fulfilled, and what leaves leaves once', () => {
  const death = fc.array(fc.constantFrom('none', 'before', 'after', 'both'), { maxLength: 20 })
  fc.assert(
    fc.property(death, fc.bigInt({ min: 1n, max: 3n * NXQ }), (deaths, amountWei) => {
      const withdraw = { serial: 1, to, amountWei }
      const world = createWorld(5n * NXQ)
      for (const each of [...deaths, ...Array.from({ length: 10 }, () => 'none')]) {
        const { actions, done } = planWallet({ ...wish, withdraw }, world.facts(), world.progress)
        if (done !== undefined && each === 'none') world.progress = done
        const [action] = actions
        if (action !== undefined) world.act(action, each)
      }
      expect(world.facts()).toMatchObject({ isApproved: true, maxRate: 1000n, leavingWei: 0n })
      expect(world.received).toBe(amountWei)
      expect(world.progress).toMatchObject({ serial: 1, isDone: true })
    }),
  )
})

/** A chain with one account, and what was written down of its wallet. */
function createWorld(balance: bigint) {
  let facts = { ...fresh }
  const world = {
    received: 0n,
    progress: undefined as WithdrawalProgress | undefined,
    facts: () => facts,
    act: (action: WalletAction, death: string) => {
      if (death === 'before') return
      if (action.does === 'announce') {
        world.progress = { serial: action.serial, nonce: facts.nonce, isDone: false }
        if (death === 'both') return
      }
      facts = { ...facts, ...effectOf(action), nonce: facts.nonce + 1 }
    },
  }
  const effectOf = (action: WalletAction): Partial<WalletFacts> => {
    if (action.does === 'approve') return { isApproved: true }
    if (action.does === 'setLimits') {
      return { maxTotalWei: action.maxTotalWei, maxRate: action.maxRate }
    }
    if (action.does === 'announce') {
      expect(facts.leavingWei + action.amountWei).toBeLessThanOrEqual(balance)
      return { leavingWei: facts.leavingWei + action.amountWei }
    }
    world.received += facts.leavingWei
    return { leavingWei: 0n }
  }
  return world
}
