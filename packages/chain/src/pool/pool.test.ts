import { WEI_PER_NXQ } from '@nexqloud/kernel'
import fc from 'fast-check'
import type { Hex, TransactionSerializable } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'

import { signAs, withHighS } from '../../test/engine.ts'
import { createLocalGenesis } from '../../test/local-genesis.ts'
import { settle } from '../../test/manual-clock.ts'
import {
  free,
  noncesOf,
  openTestPool,
  pays,
  senderOf,
  type TestPoolOptions,
} from '../../test/pool.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { TransactionRefusedError } from './errors.ts'
import type { SenderState } from './sender-transactions.ts'

const BLOCK_GAS = 30_000_000n
const room = { baseFee: 0n, gas: BLOCK_GAS, count: 100 }
let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis()
})

describe('refuses, with the reason', () => {
  test.each([
    ['another chain’s', { nonce: 0, chainId: 1 }, 'CHAIN_TX_OTHER_CHAIN'],
    ['another chain’s, signed as of old', legacy({ chainId: 1 }), 'CHAIN_TX_OTHER_CHAIN'],
    ['one that any chain would take', legacy({ chainId: undefined }), 'CHAIN_TX_OTHER_CHAIN'],
    ['a used nonce', { nonce: 2 }, 'CHAIN_TX_NONCE_TOO_LOW'],
    ['a nonce far ahead', { nonce: 69 }, 'CHAIN_TX_NONCE_TOO_HIGH'],
    ['more than the sender has', { nonce: 3, value: 10n * WEI_PER_NXQ }, 'CHAIN_TX_FUNDS'],
    ['more gas than a block has', { nonce: 3, gas: BLOCK_GAS + 1n }, 'CHAIN_TX_GAS_LIMIT'],
    ['too little gas for its bytes', { nonce: 3, gas: 20_999n }, 'CHAIN_TX_INTRINSIC_GAS'],
    [
      'too many bytes',
      { nonce: 3, gas: BLOCK_GAS, data: `0x${'00'.repeat(131_072)}` },
      'CHAIN_TX_TOO_LARGE',
    ],
  ] as const)('%s', async (_, transaction, code) => {
    const { pool } = await setup({ states: { 0: { nonce: 3n, balance: 2n * WEI_PER_NXQ } } })
    const { raw } = await signAs(
      0,
      transaction as Partial<TransactionSerializable> & { nonce: number },
    )
    await expect(pool.add(raw)).rejects.toMatchObject({ code, hint: expect.any(String) })
  })

  test.each([
    ['nothing', Uint8Array.of()],
    ['a blob transaction', Uint8Array.of(3, 0xc0)],
    ['an authorisation', Uint8Array.of(4, 0xc0)],
    ['a list that ends too early', Uint8Array.of(2, 0xf8)],
  ])('%s', async (_, raw) => {
    const { pool } = await setup()
    const refusal = pool.add(raw)
    await expect(refusal).rejects.toBeInstanceOf(TransactionRefusedError)
    await expect(refusal).rejects.toMatchObject({ hint: expect.any(String) })
  })
})

test('refuses the other signature that fits a transaction, so that its hash is its own', async () => {
  const { pool } = await setup()
  const { raw } = withHighS(await signAs(0, pays(0)))
  await expect(pool.add(raw)).rejects.toMatchObject({
    code: 'CHAIN_TX_MALFORMED',
    message: expect.stringMatching(/s-value|s is high/),
  })
})

test('any bytes are taken or refused, nothing else happens', async () => {
  const { pool } = await setup()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (raw) => {
      await expect(pool.add(raw)).rejects.toBeInstanceOf(TransactionRefusedError)
    }),
  )
  expect(pool.content()).toEqual([])
})

test('a sender’s transactions go out in the order of their nonces, whatever they pay and however they came', async () => {
  const { pool } = await setup()
  for (const nonce of [2, 0, 1, 4]) await pool.add((await signAs(0, { ...pays(nonce), nonce })).raw)
  expect(noncesOf(pool.select(room))).toEqual([0n, 1n, 2n])
  expect(await pool.nextNonce(senderOf(0))).toBe(3n)
  const [queue] = pool.content()
  expect(noncesOf(queue?.queued ?? [])).toEqual([4n])
})

test('who pays more goes first; masternodes before everybody', async () => {
  const { pool } = await setup({ masternodes: [2] })
  for (const [number, tip] of [
    [0, 1],
    [1, 5],
    [2, 0],
  ] as const) {
    await pool.add((await signAs(number, { ...pays(tip), nonce: 0 })).raw)
  }
  const senders = pool.select(room).map(({ sender }) => sender)
  expect(senders).toEqual([2, 1, 0].map(senderOf))
})

test('a sender that kept everybody waiting goes only where nobody else wants to, for a minute; a masternode never waits', async () => {
  const { pool, pass } = await setup({ masternodes: [2] })
  const [slow, , work] = await Promise.all(
    [0, 1, 2].map(async (number) => pool.add((await signAs(number, pays(0))).raw)),
  )
  pool.defer([slow, work].filter((hash) => hash !== undefined))
  const senders = () => pool.select(room).map(({ sender }) => sender)
  expect(senders()).toEqual([2, 1].map(senderOf))
  await pool.drop(pool.select(room).map(({ hash }) => hash))
  expect(senders()).toEqual([senderOf(0)])
  await pool.add((await signAs(1, pays(0))).raw)
  pass(60_000)
  expect(senders()).toHaveLength(2)
})

test('what cannot pay the base fee waits', async () => {
  const { pool } = await setup()
  await pool.add((await signAs(0, { ...pays(1), maxFeePerGas: 10n, nonce: 0 })).raw)
  expect(pool.select({ ...room, baseFee: 11n })).toEqual([])
  expect(pool.select({ ...room, baseFee: 10n })).toHaveLength(1)
})

test('a transaction is replaced by one that pays a tenth more, and by none that does not', async () => {
  const { pool, reopen } = await setup()
  const fees = (wei: bigint) => ({ nonce: 0, maxFeePerGas: wei, maxPriorityFeePerGas: wei })
  const add = async (wei: bigint) => pool.add((await signAs(0, fees(wei))).raw)
  const first = await add(100n)
  await expect(add(109n)).rejects.toMatchObject({ code: 'CHAIN_TX_REPLACEMENT_UNDERPRICED' })
  const second = await add(110n)
  expect(pool.get(first)).toBeUndefined()
  expect(pool.select(room).map(({ hash }) => hash)).toEqual([second])
  expect((await reopen()).select(room).map(({ hash }) => hash)).toEqual([second])
})

test('a free transaction is not replaced by a free one', async () => {
  const { pool } = await setup()
  await pool.add((await signAs(0, { ...free, nonce: 0 })).raw)
  const other = (await signAs(0, { ...free, nonce: 0, value: 1n })).raw
  await expect(pool.add(other)).rejects.toMatchObject({ code: 'CHAIN_TX_REPLACEMENT_UNDERPRICED' })
})

test('what was taken is there after a restart, in its order, but for what the chain went over', async () => {
  const { pool, reopen, states } = await setup()
  const hashes: Hex[] = []
  for (const nonce of [0, 1, 2]) hashes.push(await pool.add((await signAs(0, pays(nonce))).raw))
  states[0] = { nonce: 1n, balance: WEI_PER_NXQ }
  expect((await reopen()).select(room).map(({ hash }) => hash)).toEqual(hashes.slice(1))
})

test('nothing is acknowledged that the disk refused', async () => {
  const { pool } = await setup({ failure: new Error('disk full') })
  await expect(pool.add((await signAs(0, pays(0))).raw)).rejects.toThrow('disk full')
})

test('whoever sends the same transaction meanwhile waits for the disk too', async () => {
  const { pool, store } = await setup()
  const { raw } = await signAs(0, pays(0))
  const disk = Promise.withResolvers<void>()
  const { write } = store
  store.write = async (batch) => {
    await disk.promise
    await write(batch)
  }
  const acknowledged: number[] = []
  const both = [1, 2].map((number) => pool.add(raw).then(() => acknowledged.push(number)))
  await settle()
  expect(acknowledged).toEqual([])
  disk.resolve()
  await Promise.all(both)
  expect(acknowledged).toHaveLength(2)
})

test('a transaction that the disk refused is not there, for nobody', async () => {
  const { pool } = await setup({ failure: new Error('disk full') })
  const { raw } = await signAs(0, pays(0))
  const both = await Promise.allSettled([pool.add(raw), pool.add(raw)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(pool.content()).toEqual([])
})

test('a block takes its transactions out, and those whose nonce it used', async () => {
  const { pool, states, update, reopen } = await setup()
  await pool.add((await signAs(0, pays(0))).raw)
  await pool.add((await signAs(0, pays(1))).raw)
  const other = await signAs(0, { nonce: 0, maxFeePerGas: 9n, value: 5n })
  states[0] = { nonce: 1n, balance: WEI_PER_NXQ }
  await update(other.raw)
  expect(noncesOf(pool.select(room))).toEqual([1n])
  expect(noncesOf((await reopen()).select(room))).toEqual([1n])
})

test('those that wait for one that was replaced are there after a restart', async () => {
  const { pool, reopen } = await setup({ states: { 0: { nonce: 0n, balance: 10n * WEI_PER_NXQ } } })
  for (let nonce = 0; nonce < 40; nonce += 1) await pool.add((await signAs(0, pays(nonce))).raw)
  await pool.add((await signAs(0, { ...pays(5), nonce: 0, maxFeePerGas: 200n })).raw)
  expect((await reopen()).select(room)).toHaveLength(40)
})

test('what was read of a sender before a block came is read again', async () => {
  const first = Promise.withResolvers<void>()
  const { pool, states, update } = await setup({ delay: first.promise })
  const adding = pool.add((await signAs(0, { ...free, nonce: 1 })).raw)
  await settle()
  states[0] = { nonce: 1n, balance: WEI_PER_NXQ }
  await update((await signAs(0, { ...free, nonce: 0 })).raw)
  first.resolve()
  await adding
  expect(noncesOf(pool.select(room))).toEqual([1n])
})

test('a sender that is put in, in the moment in which a block comes, stands on that block', async () => {
  const { reopen, blockOf } = await setup()
  const [first, second] = await Promise.all([0, 1].map((nonce) => signAs(0, { ...free, nonce })))
  const old = Promise.withResolvers<SenderState>()
  const answers = [old.promise]
  const newer = { nonce: 1n, balance: WEI_PER_NXQ }
  const pool = await reopen({ readSender: () => answers.shift() ?? Promise.resolve(newer) })
  const adding = pool.add(second?.raw ?? new Uint8Array())
  const updating = old.promise.then(() => pool.update(blockOf(first?.raw ?? new Uint8Array())))
  old.resolve({ nonce: 0n, balance: WEI_PER_NXQ })
  await Promise.all([adding, updating])
  expect(noncesOf(pool.select(room))).toEqual([1n])
})

test('what a block took before the disk had it does not stay on the disk', async () => {
  const { pool, store, update, states, countKept } = await setup()
  const disk = Promise.withResolvers<void>()
  const { write } = store
  store.write = async (batch) => {
    await disk.promise
    await write(batch)
  }
  const { raw } = await signAs(0, pays(0))
  const adding = pool.add(raw)
  await settle()
  expect(pool.select(room)).toHaveLength(1)
  states[0] = { nonce: 1n, balance: WEI_PER_NXQ }
  await update(raw)
  disk.resolve()
  await adding
  expect(await countKept()).toBe(0)
})

test('transactions that a sender sends at once, in order, do not overtake each other', async () => {
  const { reopen } = await setup()
  let reads = 0
  const pool = await reopen({
    readSender: async () => {
      reads += 1
      // Whoever reads first would be told last.
      for (let left = 200 - reads; left > 0; left -= 1) await Promise.resolve()
      return { nonce: 0n, balance: 10n * WEI_PER_NXQ }
    },
  })
  const signed = await Promise.all(Array.from({ length: 40 }, (_, nonce) => signAs(0, pays(nonce))))
  await Promise.all(signed.map(({ raw }) => pool.add(raw)))
  expect(pool.count()).toEqual({ pending: 40, queued: 0 })
})

test('the same transaction twice is one', async () => {
  const { pool } = await setup()
  const { raw } = await signAs(0, pays(0))
  expect(await pool.add(raw)).toBe(await pool.add(raw))
  expect(pool.select(room)).toHaveLength(1)
})

function setup(options?: TestPoolOptions) {
  return openTestPool(genesis, options)
}

function legacy({ chainId }: { readonly chainId: number | undefined }) {
  return {
    type: 'legacy',
    nonce: 3,
    gasPrice: 0n,
    chainId,
    maxFeePerGas: undefined,
    maxPriorityFeePerGas: undefined,
  }
}
