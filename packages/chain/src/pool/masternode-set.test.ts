import { contracts } from '@nexqloud/ledger'
import { decodeFunctionData, encodeFunctionResult, type Hex } from 'viem'
import { expect, test } from 'vitest'

import { createManualClock, settle } from '../../test/manual-clock.ts'
import type { Caller, Simulator } from '../simulation/simulator.ts'
import { createMasternodeSet } from './masternode-set.ts'

const { abi } = contracts.masternodes
const signer: Hex = `0x${'ab'.repeat(20)}`

test('asks as the node itself, which goes before all clients', async () => {
  const { set, callers } = setup()
  await set.refresh()
  expect(callers.length).toBeGreaterThan(0)
  expect(callers.every((caller) => caller?.isNode)).toBe(true)
})

test('what could not be learned is told, and asked again five seconds later', async () => {
  const { set, clock, failures, fail } = setup()
  fail(true)
  const refreshed = set.refresh()
  await settle()
  expect(failures).toMatchObject([{ message: 'busy' }])
  expect(set.has(signer)).toBeUndefined()
  fail(false)
  await clock.pass(5000)
  await refreshed
  expect(failures).toHaveLength(1)
  expect([set.has(signer), set.has(`0x${'cd'.repeat(20)}`)]).toEqual([true, false])
})

test('does not ask again once the node ends', async () => {
  const { set, clock, failures, fail, stop } = setup()
  fail(true)
  const refreshed = set.refresh()
  await settle()
  stop()
  await refreshed
  await clock.pass(60_000)
  expect(failures).toHaveLength(1)
})

test('asks everything of one block, though newer ones come meanwhile', async () => {
  const { set, asked } = setup()
  await set.refresh()
  expect(asked).toEqual([1n, 1n, 1n])
  expect(set.has(signer)).toBe(true)
})

/** A set over a contract with one masternode, in seat 3, of a chain that has another block whenever it is asked for. */
function setup() {
  const clock = createManualClock(0)
  const stopping = new AbortController()
  const failures: unknown[] = []
  const callers: (Caller | undefined)[] = []
  const asked: bigint[] = []
  let [isBusy, head] = [false, 0n]
  const call: Simulator['call'] = async ({ at, message }, caller) => {
    callers.push(caller)
    asked.push(at.blockNumber)
    if (isBusy) throw new Error('busy')
    return { status: 'returned', data: answer(message.data), gasUsed: 0n }
  }
  const set = createMasternodeSet({
    simulator: { call },
    headNumber: () => (head += 1n),
    clock,
    signal: stopping.signal,
    onFailure: (failure) => failures.push(failure),
  })
  return {
    set,
    clock,
    failures,
    callers,
    asked,
    fail: (isFailing: boolean) => {
      isBusy = isFailing
    },
    stop: () => stopping.abort(),
  }
}

function answer(data: Hex): Hex {
  const { functionName } = decodeFunctionData({ abi, data })
  if (functionName === 'activeSeats') return encodeFunctionResult({ abi, functionName, result: 8n })
  if (functionName === 'inSeat') return encodeFunctionResult({ abi, functionName, result: 7 })
  if (functionName !== 'masternode') throw new Error(`Nobody asks for ${functionName}.`)
  const word: Hex = `0x${'00'.repeat(32)}`
  const result = {
    operator: signer,
    signer,
    status: 1,
    seat: 3,
    unbondsAt: 0,
    stake: 0n,
    tlsKeyHash: word,
    region: word,
    endpoint: '',
  }
  return encodeFunctionResult({ abi, functionName, result })
}
