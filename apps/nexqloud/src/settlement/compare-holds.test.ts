import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import type { PeriodLease, PeriodRecord } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { compareHolds } from './compare-holds.ts'

const NXQ = 10n ** 18n
/** So that a second costs 0.01 NXQ. */
const [rate, weiPerMicroUsd] = [100n, 36n * 10n ** 16n]
const instance = createInstanceKey(parseAddress(`0x${'b'.repeat(40)}`), 1n)
const closing = { at: 500, block: 77n, hold: 2n * NXQ }

test('what was reserved is held back, or less where the account had no more', async () => {
  expect(await textsOf({})).toEqual([])
  expect(await textsOf({ closed: { ...closing, hold: NXQ } })).toEqual([])
})

test('a hold beyond what was reserved is named', async () => {
  expect(await textsOf({ closed: { ...closing, hold: 3n * NXQ } })).toEqual([
    `The lease 4 of ${instance} was closed with a hold of 3 NXQ; reserved for it were 2 NXQ.`,
  ])
})

test('what is open, or was closed after the period, is not looked at', async () => {
  expect(await textsOf({ closed: undefined })).toEqual([])
  const later = { ...closing, at: 600, hold: 3n * NXQ }
  expect(await textsOf({ closed: later })).toEqual([])
})

/** A lease that was billed up to second 300, in a period that ends with 600. */
async function textsOf(change: Partial<PeriodLease>): Promise<readonly string[]> {
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
