import { Block, createBlockHeader } from '@ethereumjs/block'
import { createTxFromRLP } from '@ethereumjs/tx'
import { hexToBytes } from '@ethereumjs/util'
import { WEI_PER_NXQ } from '@nexqloud/kernel'
import fc from 'fast-check'
import type { Hex } from 'viem'
import { beforeAll, expect, test } from 'vitest'

import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { createChainCommon } from '../execution/chain-common.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { poolKey, poolRange } from '../store/tables.ts'
import { TransactionRefusedError } from './errors.ts'
import { addRooms, fitsInto, noRoom, roomOf } from './pool-room.ts'
import { openPool, type OwnedPool, type PoolParts } from './pool.ts'
import type { SenderState } from './sender-transactions.ts'
import { GAPPED_SLOTS, standingOf } from './standing.ts'
import type { PooledTransaction } from './transaction-pool.ts'

const MINUTE_MS = 60_000
const capacity = { slots: 120, bytes: 1 << 20 }
const gappedCapacity = { slots: 12, bytes: (1 << 20) / 10 }
const room = { baseFee: 0n, gas: 30_000_000n, count: 5 }
/** Senders 0 to 2 own nothing, 3 is a masternode, 4 to 6 pay. */
const people = [0, 1, 2, 3, 4, 5, 6] as const
const paying = new Set(people.slice(3).map(senderOf))
let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis()
})

const add = fc.record({
  do: fc.constant('add' as const),
  who: fc.constantFrom(...people),
  nonce: fc.integer({ min: 0, max: 24 }),
  isLarge: fc.boolean(),
})
const other = fc.oneof(
  fc.record({ do: fc.constant('block' as const), percentLeft: fc.constantFrom(100, 60, 5, 0) }),
  fc.record({ do: fc.constant('pass' as const), minutes: fc.constantFrom(1, 9, 60) }),
  fc.record({ do: fc.constant('drop' as const), at: fc.nat(50) }),
  fc.record({ do: fc.constant('restart' as const) }),
)
const step = fc.oneof({ arbitrary: add, weight: 12 }, { arbitrary: other, weight: 1 })
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

test('whatever comes, nobody has more room than is his, and nothing that can be executed goes for what cannot', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 120 }), async (steps) => {
      const subject = await setup()
      for (const next of steps) await subject.take(next)
      await subject.expectEmptied()
    }),
    { numRuns: 10 },
  )
})

/** A pool, the chain under it, and what has to be true of both after each step. */
async function setup() {
  const common = createChainCommon(genesis)
  const store = createMemoryStore()
  const states = new Map<Hex, SenderState>(people.map((who) => [senderOf(who), firstState(who)]))
  const stateOf = (sender: Hex): SenderState => states.get(sender) ?? { nonce: 0n, balance: 0n }
  let nowMs = 0
  const parts: PoolParts = {
    store,
    common,
    blockGasLimit: 30_000_000n,
    readSender: async (sender) => stateOf(sender),
    isMasternode: (sender) => sender === senderOf(3),
    nowMs: () => nowMs,
    capacity,
  }
  let pool = await openPool(parts)
  const executable = () =>
    pool
      .content()
      .flatMap(({ sender, pending }) => (paying.has(sender) ? pending : []))
      .map(({ hash }) => hash)

  async function mine(percentLeft: number): Promise<void> {
    const selected = pool.select(room)
    for (const { sender, transaction } of selected) {
      const balance = (stateOf(sender).balance * BigInt(percentLeft)) / 100n
      states.set(sender, { nonce: transaction.nonce + 1n, balance })
    }
    // The block's own write takes them off the disk.
    await store.write(selected.map(({ hash }) => ({ key: poolKey(hexToBytes(hash)) })))
    const options = { common }
    const transactions = selected.map(({ raw }) => createTxFromRLP(raw, options))
    await pool.update(new Block(createBlockHeader({}, options), transactions, [], [], options))
  }

  async function offer(who: (typeof people)[number], of: { nonce: number; isLarge: boolean }) {
    const before = executable()
    const raw = await signed(who, of)
    try {
      await pool.add(raw)
    } catch (failure) {
      expect(failure).toBeInstanceOf(TransactionRefusedError)
    }
    const lost = before.filter((hash) => pool.get(hash) === undefined)
    expect(lost).toEqual([])
  }

  async function take(next: Step): Promise<void> {
    if (next.do === 'add') await offer(next.who, next)
    if (next.do === 'block') await mine(next.percentLeft)
    if (next.do === 'pass') nowMs += next.minutes * MINUTE_MS
    if (next.do === 'drop') {
      const all = pool.content().flatMap(({ pending, queued }) => [...pending, ...queued])
      await pool.drop(all.slice(next.at, next.at + 1).map(({ hash }) => hash))
    }
    if (next.do === 'restart') {
      const before = hashesOf(pool)
      pool = await openPool(parts)
      expect(hashesOf(pool)).toEqual(before)
    }
    expectRoom(pool, stateOf)
    expectCount(pool)
    expect(await countKept(store)).toBe(hashesOf(pool).length)
  }

  return {
    take,
    /** Books that equal a recount leave exactly all of the room, once everything has gone. */
    expectEmptied: async () => {
      await pool.drop(hashesOf(pool))
      expect(pool.content()).toEqual([])
      expect(await countKept(store)).toBe(0)
      const masternode = senderOf(3)
      states.set(masternode, firstState(3))
      for (const nonce of await signedInOrder(capacity.slots)) await pool.add(nonce)
      const [more] = (await signedInOrder(capacity.slots + 1)).slice(-1)
      await expect(pool.add(more ?? new Uint8Array())).rejects.toMatchObject({
        code: 'CHAIN_POOL_FULL',
      })
    },
  }
}

function expectRoom(pool: OwnedPool, stateOf: (sender: Hex) => SenderState): void {
  const content = pool.content()
  const all = content.flatMap(({ pending, queued }) => [...pending, ...queued])
  expect(fitsInto(roomOfAll(all), capacity)).toBe(true)
  expect(fitsInto(roomOfAll(content.flatMap(({ queued }) => queued)), gappedCapacity)).toBe(true)
  for (const { sender, pending, queued } of content) {
    const { balance } = stateOf(sender)
    const { slots } = standingOf({ balance, isMasternode: sender === senderOf(3) })
    expect(roomOfAll([...pending, ...queued]).slots).toBeLessThanOrEqual(slots)
    expect(roomOfAll(queued).slots).toBeLessThanOrEqual(GAPPED_SLOTS)
    const value = [...pending, ...queued].reduce((sum, one) => sum + one.transaction.value, 0n)
    expect(value).toBeLessThanOrEqual(balance)
  }
}

function expectCount(pool: OwnedPool): void {
  const content = pool.content()
  expect(pool.count()).toEqual({
    pending: content.flatMap(({ pending }) => pending).length,
    queued: content.flatMap(({ queued }) => queued).length,
  })
}

function roomOfAll(pooled: readonly PooledTransaction[]) {
  return pooled.map(roomOf).reduce(addRooms, noRoom)
}

function hashesOf(pool: OwnedPool): readonly Hex[] {
  const all = pool.content().flatMap(({ pending, queued }) => [...pending, ...queued])
  return all.map(({ hash }) => hash).toSorted()
}

async function countKept(store: ReturnType<typeof createMemoryStore>): Promise<number> {
  let count = 0
  for await (const _ of store.entries(poolRange())) count += 1
  return count
}

function firstState(who: number): SenderState {
  return { nonce: 0n, balance: who < 4 ? 0n : WEI_PER_NXQ }
}

const known = new Map<string, Promise<Uint8Array>>()

/** Signing is slow: each transaction is signed once. */
function signed(
  who: number,
  { nonce, isLarge }: { readonly nonce: number; readonly isLarge: boolean },
) {
  const name = `${who} ${nonce} ${isLarge}`
  const present = known.get(name)
  if (present !== undefined) return present
  const raw = signAs(who, {
    nonce,
    gas: 500_000n,
    maxFeePerGas: 0n,
    value: who < 4 ? 0n : WEI_PER_NXQ / 50n,
    to: senderOf(who),
    ...(isLarge && { data: `0x${'00'.repeat(40_000)}` as const }),
  }).then((one) => one.raw)
  known.set(name, raw)
  return raw
}

function signedInOrder(count: number): Promise<readonly Uint8Array[]> {
  return Promise.all(
    Array.from({ length: count }, (_, nonce) => signed(3, { nonce, isLarge: false })),
  )
}

function senderOf(number: number): Hex {
  return accountOf(number).address.toLowerCase() as Hex
}
