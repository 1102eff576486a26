import { WEI_PER_NXQ } from '@nexqloud/kernel'
import type { Hex } from 'viem'
import { beforeAll, expect, test } from 'vitest'

import { signAs } from '../../test/engine.ts'
import { createLocalGenesis } from '../../test/local-genesis.ts'
import { free, noncesOf, openTestPool, pays, type TestPoolOptions } from '../../test/pool.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'

const room = { baseFee: 0n, gas: 30_000_000n, count: 100 }
let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis()
})

test('a sender that owns nothing may have four waiting, and few a minute', async () => {
  const { pool, pass } = await setup({ states: { 0: { nonce: 0n, balance: 0n } } })
  const add = async (nonce: number) => pool.add((await signAs(0, { ...free, nonce })).raw)
  for (const nonce of [0, 1, 2, 3]) await add(nonce)
  await expect(add(4)).rejects.toMatchObject({ code: 'CHAIN_TX_SENDER_LIMIT' })
  for (let tries = 0; tries < 55; tries += 1) await add(4).catch(() => {})
  await expect(add(4)).rejects.toMatchObject({ code: 'CHAIN_TX_RATE_LIMIT' })
  pass(1000)
  await expect(add(4)).rejects.toMatchObject({ code: 'CHAIN_TX_SENDER_LIMIT' })
})

test('senders that own nothing fill a quarter of the pool at most; nothing is thrown out for anybody', async () => {
  const states = Object.fromEntries(
    Array.from({ length: 10 }, (_, number) => [number, { nonce: 0n, balance: 0n }] as const),
  )
  const capacity = { slots: 8, bytes: 1 << 20 }
  const { pool } = await setup({ states, capacity })
  await pool.add((await signAs(0, { ...free, nonce: 0 })).raw)
  await pool.add((await signAs(1, { ...free, nonce: 0 })).raw)
  await expect(pool.add((await signAs(2, { ...free, nonce: 0 })).raw)).rejects.toMatchObject({
    code: 'CHAIN_POOL_FULL',
  })
  await expect(pool.add((await signAs(20, pays(0))).raw)).resolves.toEqual(expect.any(String))
  expect(pool.content()).toHaveLength(3)
})

test('sixteen of a sender may wait for a nonce before theirs, in any order; the one before lets them go out', async () => {
  const { pool } = await setup({ states: { 0: { nonce: 0n, balance: 10n * WEI_PER_NXQ } } })
  const add = async (nonce: number) => pool.add((await signAs(0, pays(nonce))).raw)
  for (let nonce = 16; nonce > 0; nonce -= 1) await add(nonce)
  await expect(add(17)).rejects.toMatchObject({
    code: 'CHAIN_TX_SENDER_LIMIT',
    message: expect.stringContaining('17 slots'),
    hint: 'Send the transactions before it first.',
  })
  await add(0)
  await add(17)
  expect(pool.select(room)).toHaveLength(18)
})

test('what waits for a nonce before its own fills a tenth of the pool at most, and leaves the rest', async () => {
  const { pool } = await setup({ capacity: { slots: 40, bytes: 1 << 20 }, masternodes: [0, 1] })
  const add = async (number: number, nonce: number) =>
    pool.add((await signAs(number, { ...free, nonce })).raw)
  for (const nonce of [1, 2, 3, 4]) await add(0, nonce)
  await expect(add(1, 1)).rejects.toMatchObject({ code: 'CHAIN_POOL_FULL' })
  for (let nonce = 0; nonce < 36; nonce += 1) await add(1, nonce)
  await expect(add(1, 36)).rejects.toMatchObject({ code: 'CHAIN_POOL_FULL' })
})

test('what waits for a nonce before its own goes after ten minutes, what could be executed stays', async () => {
  const { pool, pass, update } = await setup()
  const gapped = await pool.add((await signAs(0, pays(1))).raw)
  const pending = await pool.add((await signAs(1, { ...free, nonce: 0 })).raw)
  pass(10 * 60 * 1000)
  await update()
  expect(pool.get(gapped)).toBeDefined()
  pass(1)
  await update()
  expect([pool.get(gapped), pool.get(pending)?.hash]).toEqual([undefined, pending])
  pass(24 * 60 * 60 * 1000)
  await update()
  expect(pool.get(pending)?.hash).toBe(pending)
})

test('the ten minutes begin when a transaction begins to wait for a nonce before its own', async () => {
  const { pool, pass, update } = await setup()
  const first = await pool.add((await signAs(0, pays(0))).raw)
  const second = await pool.add((await signAs(0, pays(1))).raw)
  pass(60 * 60 * 1000)
  await pool.drop([first])
  await update()
  expect(pool.get(second)).toBeDefined()
  pass(10 * 60 * 1000 + 1)
  await update()
  expect(pool.get(second)).toBeUndefined()
})

test.each([
  { what: 'what it can no longer pay', value: WEI_PER_NXQ / 10n, left: WEI_PER_NXQ / 4n, kept: 2 },
  { what: 'what is more than its share', value: 0n, left: WEI_PER_NXQ / 16n, kept: 5 },
])('a sender whose balance falls loses $what, latest first', async ({ value, left, kept }) => {
  const { pool, states, update, reopen } = await setup()
  const signed = [0, 1, 2, 3, 4, 5, 6, 7].map((nonce) => signAs(0, { ...free, value, nonce }))
  for (const { raw } of await Promise.all(signed)) await pool.add(raw)
  states[0] = { nonce: 1n, balance: left }
  const { raw } = (await signed[0]) ?? { raw: new Uint8Array() }
  await update(raw)
  const nonces = Array.from({ length: kept }, (_, index) => BigInt(index + 1))
  expect(noncesOf(pool.select(room))).toEqual(nonces)
  expect(noncesOf((await reopen()).select(room))).toEqual(nonces)
})

test('a transaction takes a slot for each 32 KiB that it begins', async () => {
  const { pool } = await setup({ states: { 0: { nonce: 0n, balance: 0n } } })
  const add = async (nonce: number, kib: number, maxFeePerGas = 0n) => {
    const data = `0x${'00'.repeat(kib * 1024)}` as const
    return pool.add((await signAs(0, { ...free, nonce, maxFeePerGas, data, gas: 1_000_000n })).raw)
  }
  await add(0, 40)
  await add(1, 1)
  await add(2, 1)
  await expect(add(3, 1)).rejects.toMatchObject({
    code: 'CHAIN_TX_SENDER_LIMIT',
    message: expect.stringContaining('5 slots'),
  })
})

test('a replacement needs room for what it is larger', async () => {
  const { pool } = await setup({ capacity: { slots: 100, bytes: 2000 }, masternodes: [0] })
  const fees = (wei: bigint) => ({ nonce: 0, maxFeePerGas: wei, maxPriorityFeePerGas: wei })
  await pool.add((await signAs(0, fees(10n))).raw)
  const larger = await signAs(0, { ...fees(20n), data: `0x${'00'.repeat(2000)}` })
  await expect(pool.add(larger.raw)).rejects.toMatchObject({ code: 'CHAIN_POOL_FULL' })
  await pool.add((await signAs(0, fees(20n))).raw)
})

test('those that wait for one that no block can hold go as what waits for a nonce does', async () => {
  const { pool, reopen } = await setup({ states: { 0: { nonce: 0n, balance: 10n * WEI_PER_NXQ } } })
  const hashes: Hex[] = []
  for (let nonce = 0; nonce < 40; nonce += 1) {
    hashes.push(await pool.add((await signAs(0, pays(nonce))).raw))
  }
  await pool.drop(hashes.slice(0, 1))
  const [queue] = pool.content()
  expect(noncesOf(queue?.queued ?? [])).toEqual(
    Array.from({ length: 16 }, (_, at) => BigInt(at + 1)),
  )
  const [again] = (await reopen()).content()
  expect(noncesOf(again?.queued ?? [])).toEqual(noncesOf(queue?.queued ?? []))
})

function setup(options?: TestPoolOptions) {
  return openTestPool(genesis, options)
}
