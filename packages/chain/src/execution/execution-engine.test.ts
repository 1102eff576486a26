import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { buildOn, headOf, openTestEngine, signAs, tamper } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { createChainReader, type ChainReader } from '../store/chain-reader.ts'
import { openLevelStore } from '../store/level-store.ts'
import { createWriteFuse, guardWrites } from '../store/write-fuse.ts'
import { createChainCommon } from './chain-common.ts'
import type { ExecutionEngine, PayloadAttributes } from './execution-engine.ts'
import { foundChain } from './found-chain.ts'
import { openEngineThread } from './open-engine-thread.ts'
import { blockToPayload } from './payload.ts'

const NXQ = 10n ** 18n
let genesis: GenesisFile

beforeAll(async () => {
  const accounts = [0, 1, 2, 3, 4, 5].map((number) => [accountOf(number).address, NXQ] as const)
  genesis = await createLocalGenesis(Object.fromEntries(accounts))
})

/** An engine, and a reader of what it wrote. */
type Opened = {
  readonly engine: ExecutionEngine
  readonly reader: ChainReader
  readonly close: () => Promise<void>
}

const adapters = { memory: openInMemory, thread: openOnThread }

/** Each test has senders of its own and goes on from the head that it finds. */
describe.each(Object.entries(adapters))('an engine: %s', (_, open) => {
  let opened: Opened

  beforeAll(async () => {
    opened = await open()
  })

  afterAll(() => opened.close())

  test('builds what another engine finds valid, and both are led to the same head', async () => {
    const { engine, reader } = opened
    const other = await openAnother(opened)
    const transactions = [await signAs(0, pay(0)), await signAs(1, pay(0))]
    const { payload, refused, slow } = await buildNext(engine, { reader, transactions })
    expect([refused, slow]).toEqual([[], []])
    expect(payload.transactions).toEqual(transactions.map(({ raw }) => raw))
    expect(await other.engine.newPayload(payload)).toEqual({ status: 'VALID' })
    await engine.forkchoiceUpdated(payload.blockHash)
    await other.engine.forkchoiceUpdated(payload.blockHash)
    expect(await headOf(reader)).toBe(payload.blockHash)
    expect(await other.head()).toBe(payload.blockHash)
  })

  test('decides nothing by building or checking; deciding may be repeated', async () => {
    const { engine, reader } = opened
    const before = await headOf(reader)
    const transactions = [await signAs(2, pay(0))]
    const { payload } = await buildNext(engine, { reader, transactions })
    expect(await engine.newPayload(payload)).toEqual({ status: 'VALID' })
    expect(await headOf(reader)).toBe(before)
    for (let time = 0; time < 2; time += 1) {
      expect(await engine.forkchoiceUpdated(payload.blockHash)).toEqual({ status: 'VALID' })
      expect(await headOf(reader)).toBe(payload.blockHash)
    }
  })

  test('says why a block is invalid, and executes the next one as if it never came', async () => {
    const { engine, reader } = opened
    const other = await openAnother(opened)
    const { payload } = await buildNext(other.engine, {
      reader,
      transactions: [await signAs(3, pay(0))],
    })
    const bad = tamper(payload, { gasUsed: 5n, blockHash: `0x${'22'.repeat(32)}` })
    expect(await engine.newPayload(bad)).toMatchObject({
      status: 'INVALID',
      reason: expect.stringContaining('gas'),
    })
    expect(await engine.newPayload(payload)).toEqual({ status: 'VALID' })
  })

  test('leaves out what cannot be executed, and says why', async () => {
    const { engine, reader } = opened
    const transactions = [await signAs(4, pay(7)), await signAs(5, pay(0))]
    const { payload, refused } = await buildNext(engine, { reader, transactions })
    expect(refused).toEqual([
      {
        hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
        reason: expect.stringContaining('nonce'),
      },
    ])
    expect(payload.transactions).toEqual([transactions[1]?.raw])
  })

  test('waits for the parent of a block that it does not know', async () => {
    const { engine, reader } = opened
    const other = await openAnother(opened)
    const { payload } = await buildNext(other.engine, { reader, transactions: [] })
    const orphan = tamper(payload, { parentHash: `0x${'33'.repeat(32)}` })
    expect(await engine.newPayload(orphan)).toEqual({ status: 'SYNCING' })
    expect(await engine.forkchoiceUpdated(`0x${'33'.repeat(32)}`)).toEqual({ status: 'SYNCING' })
  })

  test('refuses to give a block that nobody began', async () => {
    await expect(opened.engine.getPayload('0x99')).rejects.toThrow(/0x99/)
  })

  test('may be closed twice', async () => {
    const { engine } = opened
    await engine.close()
    await expect(engine.close()).resolves.toBeUndefined()
  })
})

test('an engine on its thread decides nothing after a write of another thread that failed', async () => {
  const { engine, reader, store, fuse, close } = await openOnThread()
  const failing = guardWrites(
    { ...store, write: () => Promise.reject(new Error('full')) },
    { fuse },
  )
  await expect(failing.write([])).rejects.toThrow('full')
  const { payload } = await buildOn(engine, await headOf(reader))
  await expect(engine.forkchoiceUpdated(payload.blockHash)).rejects.toMatchObject({
    code: 'CHAIN_STORE_FAILED',
  })
  expect(await reader.headNumber()).toBe(0n)
  await close()
})

async function openInMemory(): Promise<Opened> {
  const { engine, reader, store } = await openTestEngine(genesis)
  return { engine, reader, close: () => store.close() }
}

async function openOnThread() {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-engine-'))
  const common = createChainCommon(genesis)
  const store = await openLevelStore(folder)
  await foundChain(store, { genesis, common })
  const reader = createChainReader(store, common)
  const fuse = createWriteFuse()
  const data = { folder, genesis: genesis.source, fuse }
  const engine = openEngineThread(data, { clock: systemClock })
  return {
    engine,
    reader,
    store,
    fuse,
    close: async () => {
      await engine.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Opens an engine in memory that has decided the same blocks. */
async function openAnother({ reader }: Pick<Opened, 'reader'>) {
  const other = await openTestEngine(genesis)
  const last = (await reader.headNumber()) ?? 0n
  for (let number = 1n; number <= last; number += 1n) {
    const block = await reader.block(number)
    if (block === undefined) throw new RangeError(`There is no block ${number}.`)
    const payload = blockToPayload(block)
    await other.engine.newPayload(payload)
    await other.engine.forkchoiceUpdated(payload.blockHash)
  }
  return other
}

/** Builds a block on the head. */
async function buildNext(
  engine: ExecutionEngine,
  { reader, transactions }: Pick<Opened, 'reader'> & Pick<PayloadAttributes, 'transactions'>,
) {
  const age = Number(await reader.headNumber()) + 1
  return buildOn(engine, await headOf(reader), { age, transactions })
}

function pay(nonce: number) {
  return { nonce, to: accountOf(9).address, value: 1n, gas: 21_000n }
}
