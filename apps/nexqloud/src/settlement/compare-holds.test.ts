import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import { contracts, type PeriodLease, type PeriodRecord } from '@nexqloud/ledger'
import { encodeAbiParameters, encodeEventTopics } from 'viem'
import { expect, test } from 'vitest'

import { compareHolds } from './compare-holds.ts'

const NXQ = 10n ** 18n
/** So that a second costs 0.01 NXQ. */
const [rate, weiPerMicroUsd] = [100n, 36n * 10n ** 16n]
const instance = createInstanceKey(parseAddress(`0x${'b'.repeat(40)}`), 1n)
const closing = { at: 500, block: 77n, logIndex: 4, hold: 2n * NXQ }

test('what was reserved is held back, or less where the account had no more', async () => {
  expect(await textsOf({})).toEqual([])
  expect(await textsOf({ closed: { ...closing, hold: NXQ } })).toEqual([])
})

test('a hold beyond what was reserved is named', async () => {
  expect(await textsOf({ closed: { ...closing, hold: 3n * NXQ } })).toEqual([
    `The lease 4 of ${instance} was closed with a hold of 3 NXQ; reserved for it were 2 NXQ.`,
  ])
})

test('one that was closed as the period ended is looked at: the next one does not know it', async () => {
  expect(await textsOf({ closed: { ...closing, at: 600, hold: 4n * NXQ } })).toEqual([
    `The lease 4 of ${instance} was closed with a hold of 4 NXQ; reserved for it were 3 NXQ.`,
  ])
})

test('what was billed in the block of the closing, and after it, was still held back', async () => {
  const closed = { ...closing, hold: 4n * NXQ }
  const billedAfter = (logIndex: number) => ({ period: 0n, logIndex })
  expect(await textsOf({ closed }, billedAfter(5))).toEqual([])
  expect(await textsOf({ closed }, billedAfter(3))).toHaveLength(1)
  expect(await textsOf({ closed: { ...closed, hold: 5n * NXQ } }, billedAfter(5))).toEqual([
    `The lease 4 of ${instance} was closed with a hold of 5 NXQ; reserved for it were 4 NXQ.`,
  ])
})

test('what is open, or was closed after the period, is not looked at', async () => {
  expect(await textsOf({ closed: undefined })).toEqual([])
  const later = { ...closing, at: 601, hold: 4n * NXQ }
  expect(await textsOf({ closed: later })).toEqual([])
})

type Billed = { readonly period: bigint; readonly logIndex: number }

/** A lease that began in second 100, and was billed up to second 300, in a period that ends with 600. */
async function textsOf(change: Partial<PeriodLease>, billed?: Billed): Promise<readonly string[]> {
  const lease = {
    instance,
    token: 4n,
    device: parseDeviceId(1),
    rate,
    startedAt: 100,
    closed: closing,
    overlapSeconds: 200,
    ...change,
  }
  const asked: unknown[] = []
  const ledger = {
    leases: {
      getEvents: { LeaseBilled: async () => (billed === undefined ? [] : [logOf(billed)]) },
      read: {
        lease: async (args: unknown, options: unknown) => {
          asked.push(args, options)
          return { from: 300 }
        },
      },
    },
    prices: { read: { integralAt: async ([time]: [bigint]) => time * weiPerMicroUsd } },
  } as unknown as Parameters<typeof compareHolds>[0]
  const blocks = { period: parsePeriod(1), startTime: 300, endTime: 600 }
  const record = { leases: [lease], blocks } as unknown as PeriodRecord
  const found = await compareHolds(ledger, record)
  if (asked.length > 0) expect(asked).toEqual([[instance, 4n], { blockNumber: 77n }])
  return found.map(({ text }) => text)
}

function logOf({ period, logIndex }: Billed) {
  const { abi, address } = contracts.leases
  const args = { instance, period }
  const topics = encodeEventTopics({ abi, eventName: 'LeaseBilled', args })
  const data = encodeAbiParameters(
    [{ type: 'uint64' }, { type: 'uint256' }, { type: 'uint256' }],
    [4n, 200n, 2n * NXQ],
  )
  return { address, topics, data, logIndex, blockNumber: 77n }
}
