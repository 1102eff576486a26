import { parseAddress, parseMasternodeId } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  beginWithdrawal,
  planWallet,
  WALLET_KEEPS_WEI,
  type WalletAction,
  type WalletFacts,
  type WalletWish,
  type WithdrawalProgress,
} from './plan-wallet.ts'

const to = parseAddress(`0x${'b'.repeat(40)}`)
const NXQ = 10n ** 18n
const [first, second] = [parseMasternodeId(1), parseMasternodeId(2)]
const wish: WalletWish = { approves: true, maxTotalWei: 5n * NXQ, maxRate: 1000n }
const fresh: WalletFacts = {
  balanceWei: 0n,
  nonce: 0,
  masternodes: [{ id: first, isApproved: false, isHere: true }],
  maxTotalWei: 0n,
  maxRate: 0n,
  leavingWei: 0n,
  isAnnounced: false,
}
const settled = {
  ...fresh,
  masternodes: [{ id: first, isApproved: true, isHere: true }],
  maxTotalWei: 5n * NXQ,
  maxRate: 1000n,
  nonce: 7,
}

const approvals = { masternodes: settled.masternodes }

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
    { does: 'revoke', masternode: first },
  ])
})

test('all that may come to act for the others are approved, and all that ever were are revoked', () => {
  const masternodes = [
    { id: first, isApproved: true, isHere: true },
    { id: second, isApproved: false, isHere: true },
  ]
  expect(planWallet(wish, { ...settled, masternodes }, undefined).actions).toEqual([
    { does: 'approve', masternode: second },
  ])
  const left = [
    { id: first, isApproved: true, isHere: true },
    { id: second, isApproved: true, isHere: false },
  ]
  expect(planWallet(wish, { ...settled, masternodes: left }, undefined).actions).toEqual([])
  const revoked = planWallet(
    { ...wish, approves: false },
    { ...settled, masternodes: left },
    undefined,
  )
  expect(revoked.actions).toEqual([
    { does: 'revoke', masternode: first },
    { does: 'revoke', masternode: second },
  ])
  const gone = [{ id: second, isApproved: false, isHere: false }]
  expect(planWallet(wish, { ...settled, masternodes: gone }, undefined).actions).toEqual([])
})

test('a withdrawal is announced once for a serial, whenever its keeper dies', () => {
  const withdraw = { serial: 2, to, amountWei: NXQ }
  const next = (facts: WalletFacts, progress?: WithdrawalProgress) =>
    planWallet({ ...wish, withdraw }, facts, progress)
  const announce = { does: 'announce', amountWei: NXQ, serial: 2 }
  expect(next(settled).actions).toEqual([announce])
  const written = { serial: 2, nonce: 7, hashes: ['0x1'], isDone: false }
  expect(next(settled, written).actions).toEqual([announce])
  // The number was used, and for something else; or it failed in its block.
  expect(next({ ...settled, nonce: 8 }, written).actions).toEqual([announce])
  const announced = { ...settled, nonce: 8, leavingWei: NXQ, isAnnounced: true }
  expect(next(announced, written).actions).toEqual([{ does: 'withdraw', to }])
  const left = { ...settled, nonce: 9, isAnnounced: true }
  expect(next(left, written)).toEqual({ actions: [], done: { ...written, isDone: true } })
  expect(next(left, { ...written, isDone: true })).toEqual({ actions: [] })
  expect(next(left, { ...written, serial: 3, isDone: true })).toEqual({ actions: [] })
  // What an earlier serial was announced by says nothing of this one.
  expect(next(announced, { ...written, serial: 1 }).actions).toEqual([announce])
})

test('what was signed with one number is written down beside each other, and forgotten with the number', () => {
  const one = beginWithdrawal(undefined, { serial: 1, nonce: 7, hash: '0x1' })
  expect(one).toEqual({ serial: 1, nonce: 7, hashes: ['0x1'], isDone: false })
  const two = beginWithdrawal(one, { serial: 1, nonce: 7, hash: '0x2' })
  expect(two.hashes).toEqual(['0x1', '0x2'])
  expect(beginWithdrawal(two, { serial: 1, nonce: 8, hash: '0x3' }).hashes).toEqual(['0x3'])
  expect(beginWithdrawal(two, { serial: 2, nonce: 7, hash: '0x3' }).hashes).toEqual(['0x3'])
})

test('however often another fee is offered in vain, what was signed first is remembered', () => {
  const offer = (progress: WithdrawalProgress | undefined, at: number) =>
    beginWithdrawal(progress, { serial: 1, nonce: 7, hash: `0x${at}` })
  const offers = Array.from({ length: 1000 }, (_, at) => at)
  const progress = offers.reduce(offer, offer(undefined, 0))
  expect(progress.hashes).toHaveLength(32)
  expect([progress.hashes[0], progress.hashes.at(-1)]).toEqual(['0x0', '0x999'])
  expect(offer(progress, 999).hashes).toEqual(progress.hashes)
})

/** What becomes of one turn of a keeper. */
const turns = [
  /** Its first action goes into the pool, or the next one where that is refused. */
  'acts',
  'is refused the first',
  /** It dies before anything, or before it sends what it has written down. */
  'dies',
  'dies before it sends',
  /** Its transaction fails in its block. */
  'fails',
  /** The next block comes with what waits. */
  'block',
] as const

test('whatever dies, waits, fails or is refused, a wish is fulfilled, and what leaves leaves once', () => {
  const script = fc.array(fc.constantFrom(...turns), { maxLength: 40 })
  const end = Array.from({ length: 12 }, () => ['block', 'acts'] as const).flat()
  fc.assert(
    fc.property(script, fc.bigInt({ min: 1n, max: 3n * NXQ }), (deeds, amountWei) => {
      const withdraw = { serial: 1, to, amountWei }
      const world = createWorld(5n * NXQ)
      for (const turn of [...deeds, ...end]) {
        if (turn === 'block') world.mine()
        else world.take({ ...wish, withdraw }, turn)
      }
      expect(world.facts()).toMatchObject({ ...approvals, maxRate: 1000n, leavingWei: 0n })
      expect(world.received).toBe(amountWei)
      expect(world.progress).toMatchObject({ serial: 1, isDone: true })
    }),
    { numRuns: 2000 },
  )
})

/** A chain with one account, what waits for a block there, and what was written down of its wallet. */
function createWorld(balance: bigint) {
  let facts = fresh
  let signed = 0
  let waiting: { action: WalletAction; hash: string; nonce: number; fails: boolean } | undefined
  const done = new Set<string>()
  const world = {
    received: 0n,
    progress: undefined as WithdrawalProgress | undefined,
    facts: () => {
      const isAnnounced = world.progress?.hashes.some((hash) => done.has(hash)) ?? false
      return { ...facts, isAnnounced }
    },
    take: (wanted: WalletWish, turn: (typeof turns)[number]) => {
      const plan = planWallet(wanted, world.facts(), world.progress)
      if (turn === 'dies') return
      if (plan.done !== undefined) world.progress = plan.done
      const action = plan.actions[turn === 'is refused the first' ? 1 : 0]
      if (action === undefined) return
      const { nonce } = facts
      signed += 1
      const hash = `0x${signed}`
      if (action.does === 'announce') {
        const { serial } = action
        world.progress = beginWithdrawal(world.progress, { serial, nonce, hash })
      }
      // What waits already keeps its number.
      if (turn === 'dies before it sends' || waiting !== undefined) return
      waiting = { action, hash, nonce, fails: turn === 'fails' }
    },
    mine: () => {
      if (waiting === undefined) return
      const { action, hash, nonce, fails } = waiting
      waiting = undefined
      expect(nonce).toBe(facts.nonce)
      facts = { ...facts, nonce: nonce + 1, ...(fails ? {} : effectOf(action)) }
      if (!fails) done.add(hash)
    },
  }
  const effectOf = (action: WalletAction): Partial<WalletFacts> => {
    if (action.does === 'approve') return approvals
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
