import { expect, test } from 'vitest'

import { createManualClock, settle } from '../../test/manual-clock.ts'
import { calling } from '../../test/simulation.ts'
import { createFairSimulator } from './fair-simulator.ts'
import type { CallOutcome, Simulator } from './simulator.ts'

const call = calling({})

test('one client’s calls wait for each other, and another client’s for the one that runs', async () => {
  const { simulator, begun, finish } = setup()
  for (let turn = 0; turn < 4; turn += 1)
    void simulator.call(calling({ value: 1n }), { client: 'a' })
  void simulator.call(calling({ value: 2n }), { client: 'b' })
  void simulator.call(calling({ value: 3n }), { client: 'node', isNode: true })
  for (let turn = 0; turn < 6; turn += 1) await finish()
  expect(begun).toEqual([1n, 3n, 2n, 1n, 1n, 1n])
})

test('a call that nobody waits for any more is never begun', async () => {
  const { simulator, begun, finish } = setup()
  const gone = new AbortController()
  const running = simulator.call(call, { client: 'a' })
  const waiting = simulator.call(call, { client: 'a', signal: gone.signal })
  gone.abort(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(simulator.call(call, { client: 'a', signal: gone.signal })).rejects.toThrow('gone')
  await finish()
  await running
  expect(begun).toHaveLength(1)
})

test('says how long a call ran, and not how long it waited', async () => {
  const { simulator, clock, finish } = setup()
  const ran: number[] = []
  const onRan = (ms: number): void => void ran.push(ms)
  const calls = [1, 2].map(() => simulator.call(call, { client: 'a', onRan }))
  await clock.pass(30)
  await finish()
  await clock.pass(50)
  await finish()
  await Promise.all(calls)
  expect(ran).toEqual([30, 50])
})

test('a trace does not wait for calls', async () => {
  const { simulator } = setup()
  void simulator.call(call)
  const options = { kind: 'calls', onlyTopCall: false, withLog: false } as const
  expect(await simulator.traceTransaction({ blockNumber: 1n, index: 0 }, options)).toBe('trace')
})

test('closing refuses what waits, and ends after what runs', async () => {
  const { simulator, finish } = setup()
  const running = simulator.call(call)
  const waiting = simulator.call(call)
  const closed = simulator.close()
  await expect(waiting).rejects.toMatchObject({ code: 'CHAIN_CALLS_CLOSED' })
  await finish()
  expect(await running).toMatchObject({ status: 'returned' })
  await closed
})

/** A simulator whose calls end one after the other, when a test says so; they are known by their value. */
function setup() {
  const clock = createManualClock(0)
  const begun: bigint[] = []
  let end: ((outcome: CallOutcome) => void) | undefined
  const never = () => Promise.reject(new Error('Nobody asks this.'))
  const slow: Simulator = {
    call: ({ message }) => {
      begun.push(message.value)
      return new Promise((resolve) => {
        end = resolve
      })
    },
    estimateGas: never,
    createAccessList: never,
    traceTransaction: async () => 'trace',
    close: async () => {},
  }
  return {
    simulator: createFairSimulator(slow, { clock }),
    clock,
    begun,
    finish: async () => {
      end?.({ status: 'returned', data: '0x', gasUsed: 0n })
      await settle()
    },
  }
}
