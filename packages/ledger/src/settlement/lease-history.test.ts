import { createInstanceKey, parseAddress } from '@nexqloud/kernel'
import { encodeAbiParameters, encodeEventTopics, type Log } from 'viem'
import { expect, test } from 'vitest'

import { leases } from '../generated/index.ts'
import { leaseEvents, LeaseHistory } from './lease-history.ts'

const { abi, address } = leases
const account = parseAddress(`0x${'a'.repeat(40)}`)
const [web, db] = [createInstanceKey(account, 1n), createInstanceKey(account, 2n)]

test('a lease counts for what of it is between two times', () => {
  const history = historyOf(opened(web, 1n, 100), closed(web, 1n, 250))
  const secondsIn = (from: number, to: number) =>
    history.overlapping(from, to).map(({ overlapSeconds }) => overlapSeconds)
  expect(secondsIn(0, 300)).toEqual([150])
  expect(secondsIn(0, 200)).toEqual([100])
  expect(secondsIn(200, 300)).toEqual([50])
  expect(secondsIn(150, 160)).toEqual([10])
  expect(secondsIn(0, 100)).toEqual([])
  expect(secondsIn(250, 300)).toEqual([])
})

test('one that is open counts to the end, and one that was closed later, too', () => {
  const open = historyOf(opened(web, 1n, 100))
  const [known] = open.overlapping(0, 300)
  expect(known).toMatchObject({ overlapSeconds: 200, closed: undefined })
  open.take([closed(web, 1n, 900)])
  expect(open.overlapping(0, 300)).toMatchObject([{ overlapSeconds: 200, closed: { at: 900 } }])
})

test('leases rise by instance, then token, whatever the order in which they were opened', () => {
  const history = historyOf(
    opened(db, 1n, 0),
    opened(web, 9n, 0),
    closed(web, 9n, 50),
    opened(web, 10n, 60),
  )
  expect(history.overlapping(0, 300).map(({ instance, token }) => [instance, token])).toEqual([
    [web, 9n],
    [web, 10n],
    [db, 1n],
  ])
})

test('what had ended is forgotten, what runs is not', () => {
  const history = historyOf(opened(web, 1n, 0), closed(web, 1n, 100), opened(web, 2n, 100))
  history.forgetBefore(100)
  expect(history.overlapping(0, 300).map(({ token }) => token)).toEqual([2n])
})

function historyOf(...logs: Log[]): LeaseHistory {
  const history = new LeaseHistory()
  history.take(logs)
  return history
}

function opened(instance: typeof web, token: bigint, startedAt: number): Log {
  const indexed = { instance, device: 1, masternode: 1 }
  const topics = encodeEventTopics({ abi, eventName: 'LeaseOpened', args: indexed })
  const inputs = leaseEvents[0].inputs.filter((input) => !input.indexed)
  const values = [token, 1, 36n, BigInt(startedAt), 0n]
  return logOf(topics, encodeAbiParameters(inputs, values), startedAt)
}

function closed(instance: typeof web, token: bigint, at: number): Log {
  const topics = encodeEventTopics({ abi, eventName: 'LeaseClosed', args: { instance } })
  const inputs = leaseEvents[1].inputs.filter((input) => !input.indexed)
  return logOf(topics, encodeAbiParameters(inputs, [token, 5n, account]), at)
}

function logOf(topics: unknown, data: Log['data'], time: number): Log {
  return {
    address,
    topics: topics as Log['topics'],
    data,
    blockNumber: BigInt(time),
    blockTimestamp: BigInt(time),
    blockHash: `0x${'0'.repeat(64)}`,
    transactionHash: `0x${'0'.repeat(64)}`,
    transactionIndex: 0,
    logIndex: 0,
    removed: false,
  }
}
