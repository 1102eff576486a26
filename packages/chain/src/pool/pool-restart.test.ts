import { WEI_PER_NXQ } from '@nexqloud/kernel'
import { beforeAll, expect, test } from 'vitest'

import { signAs } from '../../test/engine.ts'
import { createLocalGenesis } from '../../test/local-genesis.ts'
import { free, openTestPool, pays, senderOf, type TestPoolOptions } from '../../test/pool.ts'
import { keccak256 } from '../execution/chain-common.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { poolKey } from '../store/tables.ts'
import { encodeJournalEntry } from './journal-entry.ts'
import type { OwnedPool } from './pool.ts'

const MINUTE_MS = 60_000
const room = { baseFee: 0n, gas: 30_000_000n, count: 100 }
let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis()
})

test('a sender whose balance fell has everything back after a restart, until the next block', async () => {
  const { pool, states, reopen, blockOf } = await setup({
    states: { 0: { nonce: 0n, balance: 10n * WEI_PER_NXQ } },
  })
  await addAll(pool, 60)
  states[0] = { nonce: 0n, balance: WEI_PER_NXQ }
  const again = await reopen()
  expect(again.select(room)).toHaveLength(60)
  await again.update(blockOf())
  expect(again.select(room)).toHaveLength(20)
  expect((await reopen()).select(room)).toHaveLength(20)
})

test('a masternode that owns nothing has everything back before anybody knows that it is one, and keeps it', async () => {
  const { pool, reopen, blockOf } = await setup({
    states: { 0: { nonce: 0n, balance: 0n } },
    masternodes: [0],
  })
  await addAll(pool, 30)
  let known: boolean | undefined
  const again = await reopen({ isMasternode: (sender) => known && sender === senderOf(0) })
  await again.add((await signAs(1, { ...pays(5), nonce: 0 })).raw)
  await again.update(blockOf())
  expect(again.select(room).map(({ sender }) => sender)[0]).toBe(senderOf(1))
  known = true
  expect(again.select(room)).toHaveLength(31)
  expect(again.select(room).map(({ sender }) => sender)[0]).toBe(senderOf(0))
})

test('what waits for a nonce before its own is back after a restart, and has its ten minutes anew', async () => {
  const { pool, reopen, pass, blockOf } = await setup()
  await addAll(pool, 8, { from: 1 })
  await addAll(pool, 8, { from: 50 })
  pass(9 * MINUTE_MS)
  const crowded = await reopen({ capacity: { slots: 20, bytes: 5000 } })
  expect(crowded.count()).toEqual({ pending: 0, queued: 16 })
  const again = await reopen()
  pass(10 * MINUTE_MS)
  await again.update(blockOf())
  expect(again.count().queued).toBe(16)
  pass(1)
  await again.update(blockOf())
  expect((await reopen()).content()).toEqual([])
})

test('what today’s rules would not admit is back after a restart', async () => {
  const { pool, reopen } = await setup()
  await addAll(pool, 3)
  const again = await reopen({ blockGasLimit: 20_000n, capacity: { slots: 1, bytes: 1 } })
  expect(again.select(room)).toHaveLength(3)
})

test('of two with one nonce the later one is back, and the disk forgets the other', async () => {
  const { pool, store, reopen, countKept } = await setup()
  await addAll(pool, 1)
  const { raw } = await signAs(0, { ...free, nonce: 0, value: 1n })
  const key = poolKey(keccak256(raw))
  await store.write([{ key, value: encodeJournalEntry({ turn: 0n, raw }) }])
  expect((await reopen()).select(room).map(({ transaction }) => transaction.value)).toEqual([0n])
  expect(await countKept()).toBe(1)
})

test('what lies there and is no transaction is damage, and named', async () => {
  const { store, reopen } = await setup()
  await store.write([{ key: poolKey(new Uint8Array(32)), value: Uint8Array.of(1, 2, 3) }])
  await expect(reopen()).rejects.toMatchObject({
    code: 'CHAIN_DATA_DAMAGED',
    message: `The chain's data in memory is damaged: the entry 0x${'00'.repeat(32)} of the table pool is no transaction that waits.`,
  })
})

function setup(options?: TestPoolOptions) {
  return openTestPool(genesis, options)
}

/** Adds so many free transactions of account 0. */
async function addAll(
  pool: Pick<OwnedPool, 'add'>,
  count: number,
  { from = 0 }: { readonly from?: number } = {},
): Promise<void> {
  for (let nonce = from; nonce < from + count; nonce += 1) {
    await pool.add((await signAs(0, { ...free, nonce })).raw)
  }
}
