import { createInstanceKey, parseAddress } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import { encodeAbiParameters, encodeEventTopics, type Log } from 'viem'
import { expect, test } from 'vitest'

import { leases } from '../generated/index.ts'
import { monthEvents, MonthHistory } from './month-history.ts'

const { abi, address } = leases
const account = parseAddress(`0x${'a'.repeat(40)}`)
const [web, db] = [createInstanceKey(account, 1n), createInstanceKey(account, 2n)]
const GENESIS = 1_800_000_000
const MONTH = 30 * 86_400
const calendar = createCalendar({ genesisTime: GENESIS, periodSeconds: 300 })

test('a month has the bills of its periods and the waits that ended in it', () => {
  const next = MONTH / 300
  const { seenSeconds, downSeconds, charge } = monthOf(
    opened(web, 1n, { at: 10 }),
    billed(web, 1n, { period: 0, seconds: 290, paid: 29n }),
    closed(web, 1n, 600),
    billed(web, 1n, { period: 1, seconds: 300, paid: 30n }),
    opened(web, 2n, { at: 900, waited: 120 }),
    billed(web, 2n, { period: next, seconds: 300, paid: 30n }),
    closed(web, 2n, MONTH + 600),
    opened(web, 3n, { at: MONTH + 700, waited: 100 }),
  )[0]!
  expect({ seenSeconds, downSeconds, charge }).toEqual({
    seenSeconds: 590,
    downSeconds: 120,
    charge: 59n,
  })
})

test('what a device was dark before its lease was closed counts with the wait that follows', () => {
  const story = [
    opened(web, 1n, { at: 0 }),
    closed(web, 1n, 450),
    opened(web, 2n, { at: 500, waited: 40 }),
    billed(web, 1n, { period: 0, seconds: 300, paid: 0n }),
    billed(web, 1n, { period: 1, seconds: 115, paid: 0n }),
  ]
  expect(monthOf(...story)).toMatchObject([{ downSeconds: 40 + 35 }])
})

test('what was not seen before an end that nobody waited after does not', () => {
  const story = [
    opened(web, 1n, { at: 0 }),
    closed(web, 1n, 450),
    opened(web, 2n, { at: 100_000, waited: 0 }),
    billed(web, 1n, { period: 1, seconds: 0, paid: 0n }),
  ]
  expect(monthOf(...story)).toMatchObject([{ downSeconds: 0 }])
})

test('a lease that began before the month ran from the beginning of its last period', () => {
  const story = [
    closed(web, 1n, 450),
    opened(web, 2n, { at: 460, waited: 10 }),
    billed(web, 1n, { period: 1, seconds: 140, paid: 0n }),
  ]
  expect(monthOf(...story)).toMatchObject([{ downSeconds: 10 + 10 }])
})

test('instances rise, whatever the order in which they were opened', () => {
  const bill = { period: 0, seconds: 1, paid: 1n }
  const story = [billed(db, 1n, bill), billed(web, 1n, bill)]
  expect(monthOf(...story).map(({ instance }) => instance)).toEqual([web, db])
})

function monthOf(...logs: Log[]) {
  const history = new MonthHistory(calendar, 0)
  for (const log of logs) history.take([log])
  return history.list()
}

/** Seconds since genesis. */
function opened(
  instance: typeof web,
  token: bigint,
  { at, waited = 0 }: { readonly at: number; readonly waited?: number },
): Log {
  const args = { instance, device: 1, masternode: 1 }
  const topics = encodeEventTopics({ abi, eventName: 'LeaseOpened', args })
  const values = [token, 1, 36n, BigInt(GENESIS + at), BigInt(waited)]
  return logOf(topics, dataOf(0, values), at)
}

function closed(instance: typeof web, token: bigint, at: number): Log {
  const topics = encodeEventTopics({ abi, eventName: 'LeaseClosed', args: { instance } })
  return logOf(topics, dataOf(1, [token, 5n, account]), at)
}

function billed(
  instance: typeof web,
  token: bigint,
  bill: { readonly period: number; readonly seconds: number; readonly paid: bigint },
): Log {
  const args = { instance, period: BigInt(bill.period) }
  const topics = encodeEventTopics({ abi, eventName: 'LeaseBilled', args })
  return logOf(topics, dataOf(2, [token, BigInt(bill.seconds), bill.paid]), 0)
}

function dataOf(event: 0 | 1 | 2, values: readonly unknown[]): Log['data'] {
  const inputs = monthEvents[event].inputs.filter((input) => !input.indexed)
  return encodeAbiParameters(inputs, values as never)
}

function logOf(topics: unknown, data: Log['data'], at: number): Log {
  return {
    address,
    topics: topics as Log['topics'],
    data,
    blockNumber: BigInt(at),
    blockTimestamp: BigInt(GENESIS + at),
    blockHash: `0x${'0'.repeat(64)}`,
    transactionHash: `0x${'0'.repeat(64)}`,
    transactionIndex: 0,
    logIndex: 0,
    removed: false,
  }
}
