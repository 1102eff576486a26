import { keccak256, type Hex } from 'viem'
import { beforeAll, expect, test } from 'vitest'

import { buildOn, openTestEngine, signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import type { GenesisFile } from '../genesis/genesis-file.ts'
import { threadClock, type WorkClock } from './work-clock.ts'

const NXQ = 10n ** 18n
let genesis: GenesisFile

beforeAll(async () => {
  const accounts = [0, 1, 2].map((number) => accountOf(number).address)
  genesis = await createLocalGenesis(Object.fromEntries(accounts.map((account) => [account, NXQ])))
})

test('once two seconds have gone, what was executed becomes the block; others execute it however long it takes', async () => {
  const { payload, refused, transactions, engine } = await build([700, 700, 700, 700, 700])
  expect(refused).toEqual([])
  expect(payload.transactions).toEqual(transactions.slice(0, 3))
  const other = await openTestEngine(genesis, { clock: createStepClock([60_000, 60_000]) })
  expect(await other.engine.newPayload(payload)).toEqual({ status: 'VALID' })
  await engine.forkchoiceUpdated(payload.blockHash)
  const left = transactions.slice(3).map((raw) => ({ raw }))
  const next = await buildOn(engine, payload.blockHash, { transactions: left, age: 2 })
  expect(next.payload.transactions).toHaveLength(2)
})

test('a transaction that takes longer than that on its own is in the block, alone', async () => {
  const { payload, transactions } = await build([9000, 1])
  expect(payload.transactions).toEqual(transactions.slice(0, 1))
})

test('a thread that waits does not work', async () => {
  const [cpuMs, steadyMs] = [threadClock.cpuMs(), threadClock.steadyMs()]
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(threadClock.steadyMs() - steadyMs).toBeGreaterThan(90)
  expect(threadClock.cpuMs() - cpuMs).toBeLessThan(60)
})

test('those that worked for more of the time than of the gas are named', async () => {
  const { slow, transactions } = await build([10, 900, 10])
  expect(slow).toEqual([hashOf(transactions[1])])
})

/** Builds a block of transfers that take so many milliseconds each. */
async function build(tookMs: readonly number[]) {
  const { engine, head } = await openTestEngine(genesis, { clock: createStepClock(tookMs) })
  const signed = tookMs.map((_, nonce) =>
    signAs(0, { nonce, to: accountOf(2).address, value: 1n, gas: 21_000n }),
  )
  const transactions = await Promise.all(signed)
  const built = await buildOn(engine, await head(), { transactions })
  return { ...built, engine, transactions: transactions.map(({ raw }) => raw) }
}

/** A clock that is looked at once at first, and then before each transaction, which works so long. */
function createStepClock(tookMs: readonly number[]): WorkClock {
  let [looks, nowMs, isWorking] = [0, 0, false]
  return {
    steadyMs: () => {
      nowMs += tookMs[looks - 2] ?? 0
      looks += 1
      return nowMs
    },
    cpuMs: () => {
      isWorking = !isWorking
      return isWorking ? nowMs : nowMs + (tookMs[looks - 2] ?? 0)
    },
  }
}

function hashOf(raw: Uint8Array | undefined): Hex {
  return keccak256(raw ?? new Uint8Array())
}
