import { parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import type { DeviceRecord } from '@nexqloud/ledger'
import { expect, test } from 'vitest'

import { isGivenUp, nextAttempt, nextMeasuringStep } from './measuring-step.ts'

const [ours, other] = [parseMasternodeId(1), parseMasternodeId(2)]
const until = 1000

test.each([
  ['one that nobody measures yet', {}, 'draw'],
  ['one that we measure', { measurer: { masternode: ours, until } }, 'measure'],
  ['one that another one measures', { measurer: { masternode: other, until } }, 'wait'],
  ['one whose measurer let its time pass', { measurer: { masternode: other, until: 999 } }, 'draw'],
  ['one that we did not measure in time', { measurer: { masternode: ours, until: 999 } }, 'draw'],
  [
    'one that works, whose order lapsed: it is ordered again by lot',
    { status: 'active', measurer: { masternode: other, until: 999 } },
    'forget',
  ],
  ['one that is retired', { status: 'retired' }, 'forget'],
] as const)('%s: %j leads to %s', (_, fields, step) => {
  expect(nextMeasuringStep(create(fields), { masternode: ours, nowSeconds: 1000 })).toBe(step)
})

test('one that is not there is forgotten', () => {
  expect(nextMeasuringStep(undefined, { masternode: ours, nowSeconds: 1 })).toBe('forget')
})

test.each([
  ['active', 989, false],
  ['active', 990, true],
  ['suspended', 995, true],
  ['registered', 995, false],
] as const)('that an %s device did not answer counts at second %i: %s', (status, now, expected) => {
  const device = create({ status, measurer: { masternode: ours, until } })
  expect(isGivenUp(device, now)).toBe(expected)
})

test.each([
  [1, 100, 104],
  [3, 100, 116],
  [9, 100, 990],
  [1, 988, 990],
  [9, 990, 2014],
  [10_000, 990, 17_374],
])(
  'after %i forged measurements, at second %i, it is asked again at second %i',
  (forged, now, expected) => {
    const device = create({ measurer: { masternode: ours, until } })
    expect(nextAttempt(device, { forged, nowSeconds: now })).toBe(expected)
  },
)

function create(fields: Partial<DeviceRecord>): DeviceRecord {
  const none = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }
  return {
    id: parseDeviceId(7),
    status: 'registered',
    owner: parseAddress(`0x${'1'.repeat(40)}`),
    key: 101n,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: 'local',
    accepted: none,
    offered: none,
    ...fields,
  }
}
