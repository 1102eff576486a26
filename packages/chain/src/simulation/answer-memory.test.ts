import type { Hex } from 'viem'
import { expect, test } from 'vitest'

import { calling, rich } from '../../test/simulation.ts'
import { rememberAnswers } from './answer-memory.ts'
import type { CallMessage, Simulation, Simulator } from './simulator.ts'

const someone: Hex = `0x${'c0'.repeat(20)}`

test('what was asked at a block is answered from memory, what differs in anything is not', async () => {
  const { simulator, asked } = setup()
  const different: readonly Partial<CallMessage>[] = [
    {},
    { from: someone },
    { to: rich },
    { to: someone },
    { data: '0x01' },
    { value: 1n },
    { gas: 1n },
    { gasPrice: 1n },
    { to: rich, data: '0x01', value: 1n },
  ]
  const calls = different.flatMap((message) => [
    calling(message),
    calling(message, { at: { blockNumber: 1n } }),
  ])
  const first = []
  for (const call of calls) first.push(await simulator.call(call))
  const second = []
  for (const call of calls) second.push(await simulator.call(call))
  expect(second).toEqual(first)
  expect(new Set(first.map((answer) => JSON.stringify(answer, toJson))).size).toBe(calls.length)
  expect(asked()).toBe(calls.length)
})

test.each<[string, Simulation]>([
  ['in the next block', calling({}, { at: { blockNumber: 0n, nextBlockTime: 1n } })],
  ['on other accounts', calling({}, { accounts: { [someone]: { balance: 1n } } })],
  ['in another block', calling({}, { block: { time: 1n } })],
  ['of many bytes', calling({ data: `0x${'00'.repeat(5000)}` })],
])('a call %s is asked each time', async (_, call) => {
  const { simulator, asked } = setup()
  await simulator.call(call)
  await simulator.call(call)
  expect(asked()).toBe(2)
})

test('a call that failed is asked again', async () => {
  const { simulator, asked } = setup(new Error('busy'))
  await expect(simulator.call(calling({}))).rejects.toThrow('busy')
  await expect(simulator.call(calling({}))).rejects.toThrow('busy')
  expect(asked()).toBe(2)
})

/** A simulator that answers each call with its number. */
function setup(failure?: Error) {
  let asked = 0
  const never = () => Promise.reject(new Error('Nobody asks this.'))
  const counting: Simulator = {
    call: async () => {
      asked += 1
      if (failure !== undefined) throw failure
      return { status: 'returned', data: '0x', gasUsed: BigInt(asked) }
    },
    estimateGas: never,
    createAccessList: never,
    traceTransaction: never,
    close: async () => {},
  }
  return { simulator: rememberAnswers(counting), asked: () => asked }
}

function toJson(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
