import type { MeasureOutcome } from '@nexqloud/device'
import { parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import type { DeviceRecord } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { scoresOf } from '../../test/device-logs.ts'
import { concludeMeasurement, type Asking } from './measure-conclusion.ts'

const until = 1000
const device: DeviceRecord = {
  id: parseDeviceId(7),
  status: 'active',
  owner: parseAddress(`0x${'1'.repeat(40)}`),
  key: 101n,
  tlsKeyHash: `0x${'7'.repeat(64)}`,
  region: 'local',
  accepted: scoresOf(1000),
  offered: scoresOf(0),
  measurer: { masternode: parseMasternodeId(1), until },
}
const measured = {
  kind: 'measured',
  scores: scoresOf(1000),
  findings: {},
  isImitated: false,
} as MeasureOutcome
const forged = { kind: 'forged', part: 'single', forgery: 'otherNonce' } as const

test('what a device has is written as it is, where it was there when they began', () => {
  expect(conclude({ outcome: measured })).toEqual({ scores: scoresOf(1000), findings: {} })
})

test('one that was not there, and is measured alone later, has what one machine would leave it, which counts the second time', () => {
  const first = conclude({ outcome: measured, among: 4 })
  expect(first).toMatchObject({ scores: scoresOf(500), missed: { among: 4, hasFallen: false } })
  const offered = scoresOf(500)
  expect(conclude({ outcome: measured, among: 4, offered })).toMatchObject({
    missed: { hasFallen: true },
  })
  const well = scoresOf(990)
  expect(conclude({ outcome: measured, among: 4, offered: well })).toMatchObject({
    missed: { hasFallen: false },
  })
})

test('one that stays paused until its time is over has what one machine would leave it of what counts', () => {
  expect(conclude({ outcome: 'paused', among: 4, nowSeconds: 980 })).toBeUndefined()
  expect(conclude({ outcome: 'paused', among: 4, nowSeconds: 995 })).toMatchObject({
    scores: scoresOf(500),
    missed: { among: 4 },
  })
})

test('one that was paused, and ordered with nobody, loses nothing', () => {
  expect(conclude({ outcome: 'paused', nowSeconds: 995 })).toBeUndefined()
})

test.each([undefined, forged])(
  'who answers %j until the time is over, did not answer',
  (outcome) => {
    expect(conclude({ outcome, nowSeconds: 980 })).toBeUndefined()
    expect(conclude({ outcome, among: 4, nowSeconds: 995 })).toEqual({
      scores: undefined,
      findings: undefined,
    })
  },
)

test('nobody is counted for a device that is asked again', () => {
  const countAmong = () => {
    throw new Error('It was counted.')
  }
  expect(conclude({ outcome: 'paused', countAmong, nowSeconds: 980 })).toBeUndefined()
})

function conclude({ among = 1, ...asking }: Partial<Asking> & { readonly among?: number }) {
  const usual = { device, offered: undefined, outcome: undefined, nowSeconds: 900 }
  return concludeMeasurement({ ...usual, countAmong: () => among, ...asking })
}
