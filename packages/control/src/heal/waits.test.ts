import { expect, test } from 'vitest'

import { labels } from '../object/names.ts'
import type { Pod } from '../object/object.ts'
import type { Instance } from './instance.ts'
import { endedWaits, waitsAfter, waitsOf, type InstanceWait } from './waits.ts'

/** Seconds since 1970. */
const BEGIN = 1_800_000_000
const at = (seconds: number): string =>
  `${new Date((BEGIN + seconds) * 1000).toISOString().slice(0, 19)}Z`
const nowMs = (seconds: number): number => (BEGIN + seconds) * 1000

const open: InstanceWait = { from: at(0), generation: 3 }

test('an instance whose device is lost, gone or given back waits until a minute after its next pod has one', () => {
  for (const cause of ['DeviceLost', 'DeviceRemoved', 'DeviceDraining']) {
    const waits = waitsAfter(instanceOf(), { pod: podOf(-500), cause, nowMs: nowMs(0) })
    expect(waits).toEqual([open])
    expect(waitsOf(instanceOf({ waits }), podOf(7200))).toEqual([
      { from: BEGIN, to: BEGIN + 7200 + 60 },
    ])
  }
})

test('the pod that it had is none that it waited for', () => {
  expect(waitsOf(instanceOf({ waits: [open] }), podOf(-500))).toEqual([])
  expect(waitsOf(instanceOf({ waits: [open] }), podOf(undefined))).toEqual([])
})

test.each([
  ['its image crashes', 'PodFailed', instanceOf()],
  ['its tenant halts it', 'UserStopped', instanceOf()],
  ['its account has no money', 'Frozen', instanceOf()],
  ['its device is lost while it is halted', 'DeviceLost', instanceOf({ runStrategy: 'Halted' })],
  ['its device is lost while it is frozen', 'DeviceLost', instanceOf({ isFrozen: true })],
])('an instance does not wait when %s', (_, cause, instance) => {
  expect(waitsAfter(instance, { pod: podOf(-500), cause, nowMs: nowMs(0) })).toEqual([])
})

test('who insists on one owner’s devices, on one provider or on one device waits for them at its own cost', () => {
  const lost = { cause: 'DeviceLost', nowMs: nowMs(0) }
  const waitsWith = (nodeSelector: Readonly<Record<string, string>>) =>
    waitsAfter(instanceOf(), {
      pod: { ...podOf(-500), spec: { containers: [], nodeSelector } },
      ...lost,
    })
  expect(waitsWith({ [labels.owner]: `0x${'a'.repeat(40)}` })).toEqual([])
  expect(waitsWith({ [labels.region]: 'eu', [labels.isp]: 'as1' })).toEqual([])
  expect(waitsWith({ [labels.region]: 'eu', [labels.tier]: 'home' })).toEqual([open])
  const template = { spec: { containers: [], nodeName: 'device-7' } }
  const bound = { ...instanceOf(), spec: { template } }
  expect(waitsAfter(bound, { pod: podOf(-500), ...lost })).toEqual([])
})

test('a wait ends when what follows is its tenant’s matter, and no later than its pod could have started', () => {
  const waiting = instanceOf({ waits: [open] })
  expect(endedWaits(waiting, undefined, nowMs(50))).toEqual([{ ...open, to: at(50) }])
  expect(endedWaits(waiting, podOf(10), nowMs(50))).toEqual([{ ...open, to: at(50) }])
  expect(endedWaits(waiting, podOf(10), nowMs(500))).toEqual([{ ...open, to: at(70) }])
})

test('a wait in which its tenant changed what is to run is none: nobody knows for how long it was wanted', () => {
  const changed = instanceOf({ waits: [open], generation: 5 })
  expect(waitsOf(changed, podOf(7200))).toEqual([])
  expect(endedWaits(changed, undefined, nowMs(50))).toEqual([])
})

test('a second device that is lost before the pod has started is another wait, which begins when that one is over', () => {
  const waiting = instanceOf({ waits: [open] })
  const waits = waitsAfter(waiting, { pod: podOf(100), cause: 'DeviceLost', nowMs: nowMs(1000) })
  expect(waits).toEqual([
    { ...open, to: at(160) },
    { ...open, from: at(1000) },
  ])
})

test('the eight newest are remembered', () => {
  const many = Array.from({ length: 8 }, (_, hour) => ({
    ...open,
    from: at(hour),
    to: at(hour + 1),
  }))
  const waits = waitsAfter(instanceOf({ waits: many }), {
    pod: podOf(0),
    cause: 'DeviceLost',
    nowMs: nowMs(100),
  })
  expect(waits).toEqual([...many.slice(1), { ...open, from: at(100) }])
})

type Wanted = {
  readonly waits?: readonly InstanceWait[]
  readonly generation?: number
  readonly runStrategy?: 'Halted'
  readonly isFrozen?: boolean
}

function instanceOf({ waits, generation = 3, runStrategy, isFrozen }: Wanted = {}): Instance {
  const frozen = { reason: 'FundsTooLow', message: 'it has too little', at: at(0) }
  return {
    metadata: { generation },
    spec: { template: { spec: { containers: [] } }, ...(runStrategy && { runStrategy }) },
    status: { ...(waits && { waits }), ...(isFrozen === true && { frozen }) },
  }
}

/** A pod that got its device then. */
function podOf(placedAt: number | undefined): Pod {
  if (placedAt === undefined) return { metadata: {} }
  const lastTransitionTime = at(placedAt)
  return {
    metadata: {},
    status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime }] },
  }
}
