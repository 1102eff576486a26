import type { MeasureOutcome } from '@nexqloud/device'
import { createManualClock } from '@nexqloud/kernel'
import { contracts, ContractRefusalError, createLedger, nexqloudLocal } from '@nexqloud/ledger'
import { repeatTermsOf } from '@nexqloud/rules'
import { decodeFunctionData, type TransactionReceipt } from 'viem'
import { expect, onTestFinished, test } from 'vitest'

import { deviceLogs } from '../../test/device-logs.ts'
import {
  connectMeasuredChain,
  orderTogether,
  signer,
  tlsKeyHash,
} from '../../test/measured-chain.ts'
import { RefusedError } from '../transaction/errors.ts'
import type { Intent } from '../transaction/intent.ts'
import { runMeasurer, type MeasureOrder } from './measurer.ts'

const { abi } = contracts.devices
const scores = { cpu: 5, memoryScore: 6, storageScore: 7, gpu: 0, isp: 8 }
const honest = { kind: 'measured', scores, findings: {}, isImitated: false } as MeasureOutcome
const forged = { kind: 'forged', part: 'single', forgery: 'otherNonce' } as const

test('a device that was registered is drawn for, measured, and recorded, all at the first look', async () => {
  const { sent, orders, chain } = await start({})
  expect(sent).toMatchObject([{ functionName: 'draw', args: [7] }, { functionName: 'measure' }])
  expect(sent[1]?.args).toEqual([7, scores])
  expect(orders).toEqual([{ device: 7, tlsKeyHash, isTogether: false, untilMs: 20_000 }])
  expect(chain.status).toBe(2)
})

test('a device that is not connected is asked again until it is', async () => {
  const { orders, sent, pass, answers } = await start({ answer: () => undefined })
  await pass(3000)
  expect(orders).toHaveLength(4)
  answers.answer = () => honest
  await pass(1000)
  expect(sent.at(-1)).toMatchObject({ functionName: 'measure' })
  await pass(5000)
  expect(orders).toHaveLength(5)
})

test('one that makes its answer up is not recorded', async () => {
  const answer = () => forged
  const { sent, warnings, told, pass } = await start({ answer })
  await pass(2000)
  expect(sent).toMatchObject([{ functionName: 'draw' }])
  expect(warnings).toContain('measurementForged')
  expect(told).toEqual(['forged single'])
})

test('one that makes answers up is asked more and more rarely, and once more at the end', async () => {
  const answer = () => forged
  const { orders, pass, sent, answers } = await start({ answer })
  await pass(45_000)
  expect(orders).toHaveLength(4)
  answers.answer = () => honest
  await pass(6000)
  expect(orders).toHaveLength(5)
  expect(sent.at(-1)).toMatchObject({ functionName: 'measure' })
})

test('another masternode’s measurement is left to it', async () => {
  const { sent, orders, pass } = await start({ drawn: 2 })
  await pass(3000)
  expect(sent).toMatchObject([{ functionName: 'draw' }])
  expect(orders).toEqual([])
})

test('a device is not kept busy with measurements that cannot be written on the chain', async () => {
  const { answers, orders, pass, refuse, sent } = await start({ answer: () => undefined })
  answers.answer = () => honest
  refuse(['DevicesCallerNotMasternode', [signer]])
  const before = orders.length
  await pass(9000)
  expect(orders.length - before).toBe(1)
  refuse(undefined)
  await pass(4000)
  expect(sent.at(-1)).toMatchObject({ functionName: 'measure' })
})

test('a key that waits is not asked about before its time', async () => {
  const { sent, pass, refuse, tries } = await start({ refusal: ['DevicesOrderTooEarly', [7, 60n]] })
  await pass(30_000)
  expect([sent, tries()]).toEqual([[], 1])
  refuse(undefined)
  await pass(31_000)
  expect(sent).toMatchObject([{ functionName: 'draw' }, { functionName: 'measure' }])
})

test('an active device whose time ends without an answer gets zeros; a new one gets another draw', async () => {
  const active = await start({ status: 3, answer: () => undefined })
  await active.pass(59_000)
  expect(active.sent.at(-1)).toMatchObject({
    functionName: 'measure',
    args: [7, { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }],
  })
  const registered = await start({ answer: () => undefined })
  await registered.pass(62_000)
  expect(registered.sent.map(({ functionName }) => functionName)).toEqual(['draw', 'draw'])
})

test('one that works is measured together with others, in the second that its order says', async () => {
  const { orders, told, pass } = await start({ status: 3 })
  await pass(19_000)
  expect(orders).toEqual([])
  await pass(2000)
  expect(orders).toMatchObject([{ isTogether: true }])
  expect(told).toEqual(['scores'])
})

test('one that is paused loses no score, and is ordered again by lot after its time', async () => {
  const { sent, orders, pass } = await start({ status: 3, answer: () => 'paused' })
  await pass(90_000)
  expect(orders.length).toBeGreaterThan(10)
  expect(sent.map(({ functionName }) => functionName)).toEqual(['draw'])
})

test('one that is not there when those began that it was ordered with is measured, and has what one machine would leave it', async () => {
  const { answers, pass, sent, told } = await start({
    status: 3,
    neighbours: 3,
    answer: () => 'paused',
  })
  await pass(22_000)
  answers.answer = () => honest
  await pass(2000)
  expect(sent.at(-1)).toMatchObject({
    functionName: 'measure',
    args: [7, { cpu: 2, memoryScore: 3, storageScore: 3, gpu: 0, isp: 4 }],
  })
  expect(told).toEqual(['missed among 4'])
})

test('one that is there in time has all that it has, beside whom ever', async () => {
  const { pass, sent } = await start({ status: 3, neighbours: 3 })
  await pass(24_000)
  expect(sent.at(-1)).toMatchObject({ functionName: 'measure', args: [7, scores] })
})

test('devices that were measured together are judged once all of them could be', async () => {
  const { pass, told, logs, warnings } = await start({ status: 3, neighbours: 1 })
  logs.push(...[7, 8].map((id) => deviceLogs.measured(id, 500, 25)))
  await pass(100_000)
  expect([told, warnings]).toEqual([['scores', 'verdict'], []])
})

test('what was found while it was not active is said by nobody afterwards', async () => {
  const { chain, pass, told, logs } = await start({ status: 3, own: 0, neighbours: 1 })
  logs.push(...[7, 8].map((id) => deviceLogs.measured(id, 500, 25)))
  await pass(200_000)
  chain.own = 1
  await pass(5000)
  expect(told).not.toContain('verdict')
})

test('who is not active measures nothing, and a node that is away is asked again', async () => {
  const { chain, sent, pass, warnings } = await start({ own: 0 })
  await pass(2000)
  expect(sent).toEqual([])
  chain.own = -1
  await pass(1000)
  expect(warnings).toContain('ordersUnread')
  chain.own = 1
  await pass(1000)
  expect(sent).toHaveLength(2)
})

type Scene = {
  readonly status?: number
  /** Who is drawn. */
  readonly drawn?: number
  /** The active masternode of our key; below 0 the node fails. */
  readonly own?: number
  readonly refusal?: readonly [string, readonly unknown[]]
  readonly answer?: () => MeasureOutcome | 'paused' | undefined
  /** How many other devices of its owner were ordered with it. */
  readonly neighbours?: number
}

/** A measurer before a chain with one device; a draw and a measurement change what that says of it. */
async function start({
  status = 1,
  drawn = 1,
  own = 1,
  refusal,
  neighbours = 0,
  answer = (): MeasureOutcome | 'paused' | undefined => honest,
}: Scene) {
  const clock = createManualClock(0)
  const chain = { status, own, measurer: 0, until: 0 }
  const logs = neighbours === 0 ? [deviceLogs.registered(7, signer)] : orderTogether(neighbours)
  const orders: MeasureOrder[] = []
  const [warnings, told]: [string[], string[]] = [[], []]
  const sent: { readonly functionName: string; readonly args: readonly unknown[] }[] = []
  const answers = { answer }
  let [refused, tries] = [refusal, 0]
  const send = async ({ data }: Intent): Promise<TransactionReceipt> => {
    tries += 1
    if (refused !== undefined) {
      const [errorName, args] = refused
      throw new RefusedError(new ContractRefusalError({ errorName, args }, undefined))
    }
    const { functionName, args } = decodeFunctionData({ abi, data: data ?? '0x' })
    sent.push({ functionName, args: args ?? [] })
    if (functionName === 'draw') [chain.measurer, chain.until] = [drawn, clock.wallMs() / 1000 + 60]
    else [chain.measurer, chain.status] = [0, Math.max(2, chain.status)]
    return {} as TransactionReceipt
  }
  const stop = new AbortController()
  const log = { info: () => {}, warn: (_: unknown, event?: string) => warnings.push(event ?? '') }
  const done = runMeasurer(
    {
      ledger: createLedger({ chain: nexqloudLocal, transport: connectMeasuredChain(chain, logs) }),
      signer,
      send,
      measure: async (order) => {
        orders.push(order)
        return answers.answer()
      },
      terms: repeatTermsOf(60),
      measureSeconds: 60,
      see: () => ({ isPaused: false, network: '192.0.2.0/24' }),
      createObserver: () => ({
        onScores: (_, { scores: said, missed }) => {
          const answered = missed === undefined ? 'scores' : `missed among ${missed.among}`
          told.push(said === undefined ? 'unanswered' : answered)
        },
        onForged: (_, { part }) => told.push(`forged ${part}`),
        onVerdict: () => told.push('verdict'),
        onUnmeasured: () => told.push('unmeasured'),
      }),
      clock: { ...clock, wallMs: () => clock.steadyMs() },
      log: log as never,
    },
    stop.signal,
  )
  onTestFinished(async () => {
    stop.abort()
    await clock.pass(0)
    await done
  })
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      await clock.pass(500)
      await settle()
    }
  }
  await settle()
  return {
    chain,
    logs,
    sent,
    orders,
    warnings,
    told,
    answers,
    pass,
    tries: () => tries,
    refuse: (next: Scene['refusal']) => {
      refused = next
    },
  }
}

/** What is asked of a node in memory is answered within some turns of the loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
