import { parseAddress, parseInstanceKey } from '@nexqloud/kernel'
import {
  encodeAbiParameters,
  encodeEventTopics,
  parseEventLogs,
  type AbiEvent,
  type Hex,
  type Log,
} from 'viem'
import { expect, test } from 'vitest'

import * as contracts from '../generated/index.ts'
import { accountIn, instanceIn, numberIn, parseLeaseEvents } from './lease-events.ts'

const { abi, address } = contracts.leases
const events: readonly AbiEvent[] = abi.filter((item) => item.type === 'event')
const account = `0x${'a'.repeat(40)}` as const
const instance = `${account}${'b'.repeat(24)}` as const

test.each(events.map((event) => [event.name, event] as const))(
  'a log of %s says the same as to the library',
  (name, event) => {
    const log = logOf(event)
    const [parsed] = parseLeaseEvents([log])
    const [theirs] = parseEventLogs({ abi: [event], logs: [log] })
    expect(parsed).toMatchObject({ name, block: 7n, at: 1000 })
    const args = Object.entries((theirs?.args ?? {}) as Record<string, unknown>)
    expect(args).toHaveLength(event.inputs.length)
    for (const [input, value] of args) {
      expect({ [input]: numberIn(parsed!, input) }).toEqual({ [input]: BigInt(value as Hex) })
    }
  },
)

test('whose account it is about is told by the account or by the instance', () => {
  const about = (name: string) => {
    const [parsed] = parseLeaseEvents([logOf(events.find((event) => event.name === name)!)])
    return parsed && accountIn(parsed)
  }
  expect(about('Deposited')).toBe(parseAddress(account))
  expect(about('LeaseClosed')).toBe(parseAddress(account))
  expect(about('TermsChanged')).toBeUndefined()
  const [closed] = parseLeaseEvents([logOf(events.find(({ name }) => name === 'LeaseClosed')!)])
  expect(instanceIn(closed!)).toBe(parseInstanceKey(instance))
})

test('what other contracts wrote is left out', () => {
  const log = logOf(events.find(({ name }) => name === 'Deposited')!)
  expect(parseLeaseEvents([{ ...log, address: account }])).toEqual([])
  expect(parseLeaseEvents([{ ...log, topics: [] }])).toEqual([])
})

/** A log in which every value is another one. */
function logOf(event: AbiEvent): Log {
  const values = event.inputs.map(({ type }, index): unknown => {
    if (type === 'address') return account
    if (type === 'bytes32') return instance
    return type === 'uint256' || type === 'uint64' ? BigInt(index + 3) : index + 3
  })
  const args = Object.fromEntries(event.inputs.map(({ name = '' }, index) => [name, values[index]]))
  const data = event.inputs.filter(({ indexed }) => indexed !== true)
  return {
    address,
    topics: encodeEventTopics({ abi: [event], args }) as [Hex],
    data: encodeAbiParameters(
      data,
      data.map(({ name = '' }) => args[name]),
    ),
    blockNumber: 7n,
    blockTimestamp: 1000n,
  } as unknown as Log
}
