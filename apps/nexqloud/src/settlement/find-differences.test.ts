import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import type { AcceptedRoot, Payments, PeriodLease, Settlement } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { findDifferences, type Comparison } from './find-differences.ts'

const NXQ = 10n ** 18n
const owner = parseAddress(`0x${'a'.repeat(40)}`)
const instance = createInstanceKey(parseAddress(`0x${'b'.repeat(40)}`), 1n)
const device = parseDeviceId(7)
/** Micro-USD an hour, and wei for one of them: 300 s cost 3 NXQ. */
const [rate, weiPerMicroUsd] = [100n, 3600n * 10n ** 14n]
const root = {
  period: parsePeriod(5),
  root: `0x${'1'.repeat(64)}`,
  inputs: `0x${'2'.repeat(64)}`,
  rewards: 10n * NXQ,
} as const
const reward = { device, account: owner, amount: 10n * NXQ }
const bill = { instance, token: 3n, seconds: 300, paid: 3n * NXQ, shortfall: 0n, at: 1000 }

test('what follows from the files differs in nothing', () => {
  expect(textsOf({})).toEqual([])
})

test('what is not paid yet is no difference', () => {
  expect(textsOf({ payments: paid([], []) })).toEqual([])
})

test('what an account had not is none either', () => {
  expect(textsOf({ payments: payments({ paid: NXQ, shortfall: 2n * NXQ }) })).toEqual([])
})

test('a lease that was passed so late that anybody may, is none; earlier it is one', () => {
  const passed = { seconds: 0, paid: 0n }
  expect(textsOf({ payments: payments({ ...passed, at: 5000 }) })).toEqual([])
  expect(textsOf({ payments: payments({ ...passed, at: 4999 }) })).toHaveLength(1)
})

test.each<[string, Partial<Comparison>, string]>([
  [
    'another root',
    { accepted: accepted({ root: `0x${'3'.repeat(64)}` }) },
    `The root on the chain is 0x${'3'.repeat(64)}; by the files it is 0x${'1'.repeat(64)}.`,
  ],
  [
    'other inputs',
    { accepted: accepted({ inputs: `0x${'3'.repeat(64)}` }) },
    `The root on the chain names the inputs 0x${'3'.repeat(64)}; those of the chain have the hash 0x${'2'.repeat(64)}.`,
  ],
  [
    'another sum',
    {
      accepted: accepted({ rewards: 9n * NXQ }),
      payments: { ...paid([], []), rewardsLeft: 9n * NXQ },
    },
    'The root on the chain has rewards of 9 NXQ; by the files they are 10 NXQ.',
  ],
  [
    'a reward that is too large',
    { payments: paid([{ ...reward, amount: 11n * NXQ }], []) },
    'Device 7 was paid 11 NXQ; by the files it earned 10 NXQ.',
  ],
  [
    'a reward that went to somebody else',
    {
      payments: paid([{ ...reward, account: parseAddress(`0x${'c'.repeat(40)}`) }], []),
    },
    `Device 7 was paid 10 NXQ to 0x${'c'.repeat(40)}; its owner was 0x${'a'.repeat(40)}.`,
  ],
  [
    'a reward that was paid twice',
    { payments: paid([reward, reward], []) },
    'Device 7 was paid 10 NXQ a second time.',
  ],
  [
    'a reward of a device that was not there',
    { payments: paid([{ ...reward, device: parseDeviceId(8) }], []) },
    'Device 8 was paid 10 NXQ; it was not active when the period began.',
  ],
  [
    'a reward that the node leaves out',
    { payments: { ...paid([], []), rewardsLeft: 0n } },
    'By the logs rewards of 0 NXQ were paid; by what the contract has left they were 10 NXQ.',
  ],
  [
    'a bill of more seconds',
    { payments: payments({ seconds: 301 }) },
    `The lease 3 of ${instance} was billed for 301 s; by the files it ran for 300 s.`,
  ],
  [
    'a bill that is not its rate',
    { payments: payments({ paid: 4n * NXQ }) },
    `The lease 3 of ${instance} was billed for 300 s, 4 NXQ; at its rate that is 3 NXQ.`,
  ],
  [
    'a bill twice',
    { payments: paid([], [bill, bill]) },
    `The lease 3 of ${instance} was billed for 300 s a second time.`,
  ],
  [
    'a bill of a lease that was not there',
    { payments: payments({ token: 4n }) },
    `The lease 4 of ${instance} was billed for 300 s; it did not run in the period.`,
  ],
])('%s is named', (_, change, text) => {
  expect(textsOf(change)).toEqual([text])
})

function accepted(change: Partial<AcceptedRoot>): AcceptedRoot {
  return { ...root, signatures: 3, block: 9n, acceptedAt: 900, ...change }
}

function payments(change: Partial<typeof bill>): Payments {
  return paid([reward], [{ ...bill, ...change }])
}

function paid(rewards: Payments['rewards'], bills: Payments['bills']): Payments {
  const rewardsLeft = rewards.reduce((left, { amount }) => left - amount, root.rewards)
  return { rewards, rewardsLeft, bills, credits: [] }
}

function textsOf(change: Partial<Comparison>): readonly string[] {
  const leaf = { ...reward, uptimeSeconds: 300, scoreHundredths: 500 }
  const settlement = {
    root,
    leaves: { rewards: [leaf], bills: [{ instance, token: 3n, seconds: 300 }], credits: [] },
    inputs: new Uint8Array(),
    tree: { leafCount: 2, nodes: new Uint8Array() },
  } satisfies Settlement
  const lease = {
    instance,
    token: 3n,
    device,
    rate,
    startedAt: 0,
    closed: undefined,
    overlapSeconds: 300,
  } satisfies PeriodLease
  const price = { weiPerMicroUsd, leases: [lease], passedFrom: 5000 }
  const comparison = { settlement, accepted: accepted({}), payments: payments({}), price }
  return findDifferences({ ...comparison, ...change }).map(({ text }) => text)
}
