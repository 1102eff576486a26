import { deviceStates, type DeviceView, type Instance, type Pod } from '@nexqloud/control'
import { noResources } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import type { InstanceView } from '../instance/view.ts'
import { statusOf, type StatusFacts } from './network-status.ts'
import { tellStatus } from './tell-status.ts'

const NOW = Date.parse('2026-11-26T10:10:00Z')
const chain: StatusFacts['chain'] = {
  url: 'http://127.0.0.1:8545',
  height: 7n,
  blockMs: NOW - 20_000,
  masternodes: [],
}

test('masternodes that work together are told with what each drives, and who is dark', () => {
  const status = statusOf(facts({ devices: [device('device-1'), device('device-2')] }))
  expect(status.masternodes).toEqual([
    { name: 'm-1', drives: 2, isDark: false, saidAt: '2026-11-26T10:09:59.000000Z' },
    { name: 'm-2', drives: 0, isDark: true, saidAt: '2026-11-26T10:00:00.000000Z' },
  ])
  expect(status.concerns[0]).toMatchObject({ what: expect.stringMatching(/^m-2 has been silent/) })
})

test('devices that get nothing are worth a look, but those that their owners hold back', () => {
  const devices = deviceStates.map((state) => device(`device-${state}`, state))
  const { concerns, devices: told } = statusOf(facts({ devices }))
  const named = concerns.map(({ try: command }) => command)
  expect(named).toEqual(
    expect.arrayContaining(
      ['lost', 'dark', 'failing'].map((state) => `nexqloud why device-${state}`),
    ),
  )
  expect(named).not.toContain('nexqloud why device-paused')
  // Failing, yielding and ready ones may get pods.
  expect(told?.free.cpuMilli).toBe(3000)
})

test('a chain that has stopped making blocks is told', () => {
  const stalled = { ...chain, blockMs: NOW - 600_000 }
  const { concerns } = statusOf({ ...facts({ devices: [device('device-1')] }), chain: stalled })
  expect(concerns[0]?.what).toBe(
    'The newest block is 10m old, and one a minute is usual: the chain stands still, unless it was started just now.',
  )
})

test('instances are told by what they do', () => {
  const { instances } = statusOf(
    facts({
      devices: [device('device-1'), device('device-2', 'dark')],
      instances: [
        instance('up', { pod: readyOn('device-1') }),
        instance('waits', { pod: readyOn('device-2') }),
        instance('moved', { cause: 'DeviceLost' }),
        instance('new', {}),
        instance('halted', { isHalted: true }),
        instance('poor', { frozen: 'FundsTooLow' }),
      ],
    }),
  )
  expect(instances).toEqual({
    count: 6,
    running: 1,
    dark: 1,
    moving: 1,
    pending: 1,
    frozen: 1,
    resting: 1,
  })
})

test('who sees own instances alone is told of those, and that there is more', () => {
  const status = statusOf({
    chain,
    fleet: { instances: [instance('new', {})], devices: undefined },
    nowMs: NOW,
  })
  expect(tellStatus(status, NOW)).toMatchInlineSnapshot(`
    [
      "chain      http://127.0.0.1:8545, height 7, newest block 20s ago",
      "devices    are shown to operators alone",
      "instances  1 pending",
      "",
      "Needs attention:",
      "  new is pending",
      "    Try: nexqloud why new",
    ]
  `)
})

test('ten concerns are shown to people, and all are there for programs', () => {
  const instances = Array.from({ length: 15 }, (_, at) => instance(`web-${at}`, {}))
  const status = statusOf(facts({ devices: [device('device-1')], instances }))
  expect(status.concerns).toHaveLength(16)
  expect(tellStatus(status, NOW).at(-1)).toBe('  and 6 more: --json names all.')
})

function facts({
  devices,
  instances = [],
}: {
  readonly devices: readonly DeviceView[]
  readonly instances?: readonly InstanceView[]
}): StatusFacts {
  const masternodes = [
    { identity: 'm-1', renewedAt: '2026-11-26T10:09:59.000000Z' },
    { identity: 'm-2', renewedAt: '2026-11-26T10:00:00.000000Z' },
  ]
  const drivers = new Map(devices.map(({ name }) => [name, 'm-1']))
  return { chain, fleet: { instances, devices: { devices, masternodes, drivers } }, nowMs: NOW }
}

function device(name: string, state: DeviceView['state'] = 'ready'): DeviceView {
  const free = { ...noResources, cpuMilli: 1000 }
  return { name, state, owner: '', since: undefined, why: '', free, whole: free, pods: [] }
}

type Wanted = {
  readonly pod?: Pod
  readonly cause?: string
  readonly isHalted?: boolean
  readonly frozen?: string
}

function instance(
  name: string,
  { pod, cause, isHalted = false, frozen: reason }: Wanted,
): InstanceView {
  const lastStop = { cause: cause ?? '', actor: '', evidence: '', device: '', pod: '', at: '' }
  const wanted: Instance = {
    metadata: { name, namespace: 'default' },
    spec: { runStrategy: isHalted ? 'Halted' : 'Always', template: { spec: { containers: [] } } },
    status: {
      ...(cause !== undefined && { lastStop }),
      ...(reason !== undefined && { frozen: { reason, message: 'too little to spend', at: '' } }),
    },
  }
  return { instance: wanted, pod, events: [] }
}

function readyOn(nodeName: string): Pod {
  const conditions = [{ type: 'Ready', status: 'True' }]
  return {
    metadata: {},
    spec: { containers: [], nodeName },
    status: { phase: 'Running', conditions },
  }
}
