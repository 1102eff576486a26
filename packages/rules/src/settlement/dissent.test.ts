import { hash } from 'node:crypto'

import { createInstanceKey, parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { findDissent, settlePeriod, type PeriodFacts, type SettledFile } from '../index.ts'

const MINUTES = 10
const device = parseDeviceId(1)
const account = parseAddress(`0x${'a'.repeat(40)}`)
const instance = createInstanceKey(account, 1n)
const all = 2 ** MINUTES - 1

test('witnesses that say the same outvote nobody', () => {
  expect(dissentOf(file(1), file(2), file(3))).toEqual([])
})

test('who says otherwise than the others is named, with how much', () => {
  const liar = file(3, { seen: 0, seconds: 0 })
  expect(dissentOf(file(1), file(2), liar)).toEqual([
    { masternode: 3, devices: 1, mostMinutes: 10, runs: 1, mostSeconds: 600 },
  ])
})

test('a minute at the edge is no lie, nor is a minute of seconds', () => {
  expect(dissentOf(file(1), file(2), file(3, { seen: all >>> 1, seconds: 540 }))).toEqual([])
  expect(dissentOf(file(1), file(2), file(3, { seen: all >>> 2, seconds: 539 }))).toMatchObject([
    { masternode: 3, mostMinutes: 2, mostSeconds: 61 },
  ])
})

test('who was not up saw nothing, and is not named for it', () => {
  const asleep = file(3, { up: 0, seen: 0, seconds: 600 })
  expect(dissentOf(file(1), file(2), asleep)).toEqual([])
})

test('what is seen beyond the leases is nobody’s, and no lie', () => {
  const leases = [{ instance, token: 1n, device, overlapSeconds: 100 }]
  const facts = { ...factsOf([file(1), file(2), file(3)]), leases }
  expect(findDissent(facts, settlePeriod(facts))).toEqual([])
})

type Story = { readonly up?: number; readonly seen?: number; readonly seconds?: number }

function file(number: number, { up = all, seen = all, seconds = 600 }: Story = {}): SettledFile {
  return {
    masternode: parseMasternodeId(number),
    up: Uint32Array.of(up),
    devices: new Map([[device, Uint32Array.of(seen)]]),
    runs: [{ instance, device, seconds }],
  }
}

function dissentOf(...files: readonly SettledFile[]) {
  const facts = factsOf(files)
  return findDissent(facts, settlePeriod(facts))
}

function factsOf(files: readonly SettledFile[]): PeriodFacts {
  return {
    minutes: MINUTES,
    pot: 1000n,
    draw: {
      randomness: new Uint8Array(32),
      masternodes: files.map(({ masternode }) => masternode),
      witnesses: 3,
      keccak256: (bytes) => hash('keccak-256', bytes, 'buffer'),
    },
    devices: [{ device, account, scores: [1, 1, 1, 1, 1] }],
    leases: [{ instance, token: 1n, device, overlapSeconds: 600 }],
    months: [],
    files,
  }
}
