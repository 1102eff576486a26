import { contracts } from '@nexqloud/ledger'
import { encodeAbiParameters, encodeEventTopics, encodeFunctionData, type Log } from 'viem'
import { expect, test } from 'vitest'

import { contractNameOf, decodeCall, decodeEvent, showDecoded } from './decode.ts'

const { leases, digitalKeys } = contracts
const tenant = `0x${'1'.repeat(40)}` as const

test('a call is shown with the names of the source', () => {
  const data = encodeFunctionData({
    abi: leases.abi,
    functionName: 'setLimits',
    args: [5n, 7],
  })
  const call = decodeCall(leases.address, data)
  expect(call && showDecoded(call)).toBe('Leases.setLimits(maxTotal: 5, maxRate: 7)')
})

test('lists of structs are shown as JSON', () => {
  const data = encodeFunctionData({
    abi: leases.abi,
    functionName: 'close',
    args: [[{ instance: `0x${'2'.repeat(64)}`, token: 3n }]],
  })
  const call = decodeCall(leases.address.toUpperCase().replace('0X', '0x'), data)
  expect(call && showDecoded(call)).toBe(
    `Leases.close(refs: [{"instance":"0x${'2'.repeat(64)}","token":"3"}])`,
  )
})

test('an event is shown with its indexed and its other values', () => {
  const args = { key: 9n, owner: tenant, paid: 4n }
  const topics = encodeEventTopics({ abi: digitalKeys.abi, eventName: 'KeyBought', args })
  const data = encodeAbiParameters([{ type: 'uint256' }], [4n])
  const event = decodeEvent({ address: digitalKeys.address, topics, data } as unknown as Log)
  expect(event && showDecoded(event)).toBe(
    `DigitalKeys.KeyBought(key: 9, owner: ${tenant}, paid: 4)`,
  )
})

test('what is not of our contracts stays as it is', () => {
  const log = { address: tenant, topics: [], data: '0x' } as unknown as Log
  expect(decodeCall(tenant, '0x12345678')).toBeUndefined()
  expect(decodeCall(leases.address, '0x12345678')).toBeUndefined()
  expect(decodeCall(null, '0x12345678')).toBeUndefined()
  expect(decodeEvent(log)).toBeUndefined()
  expect(decodeEvent({ ...log, address: leases.address })).toBeUndefined()
})

test('a contract is named at its address, and at that of its code', () => {
  expect(contractNameOf('0x4e58510000000000000000000000000000000009')).toBe('Treasury')
  expect(contractNameOf('0x4e58510000000000000000000000000000000019')).toBe('Treasury (code)')
  expect(contractNameOf(tenant)).toBeUndefined()
})
