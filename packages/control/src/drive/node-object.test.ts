import { expect, test } from 'vitest'

import type { Node } from '../object/object.ts'
import type { DeviceFacts } from './device-link.ts'
import { nodeChange } from './node-object.ts'

const standing = {
  owner: 'o',
  isp: 'i',
  area: 'a',
  region: 'r',
  tier: 't',
  priceMicroUsdPerHour: 1n,
  latencyMs: 1,
  riskBps: 1,
}
const machine = {
  architecture: 'amd64',
  system: 'linux',
  agentVersion: '1',
  engine: 'memory://1',
  isDraining: false,
  capacity: {},
  allocatable: {},
}

test('what its owner holds back is a condition of the node, as long as that is so', () => {
  const owner = { state: 'pauses', message: 'It is paused by its owner.' }
  const paused = conditionsAfter({}, { owner }, '2026-11-26T00:00:01Z')
  expect(paused).toMatchObject([
    { type: 'Ready', status: 'True' },
    {
      type: 'HeldBackByOwner',
      status: 'True',
      reason: 'DevicePauses',
      message: 'It is paused by its owner.',
      lastTransitionTime: '2026-11-26T00:00:01Z',
    },
  ])
  const conditions = [...(paused ?? [])]
  expect(conditionsAfter({ conditions }, { owner }, '2026-11-26T00:00:02Z')).toEqual(conditions)
  const hot = { ...owner, message: 'It is too hot.' }
  expect(conditionsAfter({ conditions }, { owner: hot }, '2026-11-26T00:00:03Z')).toMatchObject([
    { type: 'Ready', lastTransitionTime: '2026-11-26T00:00:01Z' },
    { message: 'It is too hot.', lastTransitionTime: '2026-11-26T00:00:03Z' },
  ])
  expect(conditionsAfter({ conditions }, {}, '2026-11-26T00:00:04Z')).toMatchObject([
    { type: 'Ready' },
  ])
})

test('a device that cannot write down what it is to run has the taint and the condition of Kubernetes, as long as that is so', () => {
  const known = (isDiskFull: boolean) => ({
    facts: { standing, machine: { ...machine, ...(isDiskFull && { isDiskFull }) } },
    state: 'live' as const,
    nowIso: '2026-11-26T00:00:00Z',
    driver: 'masternode-1',
  })
  const { main, status } = nodeChange({}, known(true))
  const taint = { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }
  expect(main?.spec).toEqual({ taints: [taint] })
  expect(status?.conditions).toMatchObject([
    { type: 'Ready' },
    { type: 'DiskPressure', status: 'True', reason: 'DeviceDiskFull' },
  ])
  const after = nodeChange({ spec: { taints: [taint] }, ...(status && { status }) }, known(false))
  expect(after.main?.spec).toEqual({ taints: [] })
  expect(after.status?.conditions).toMatchObject([{ type: 'Ready' }])
})

test('of a device that has not dialled yet it stays as it was', () => {
  const held = { type: 'HeldBackByOwner', status: 'True', reason: 'DevicePauses', message: 'x' }
  const known = {
    facts: undefined,
    state: 'dark',
    nowIso: '2026-11-26T00:00:00Z',
    driver: 'masternode-1',
  } as const
  const { status } = nodeChange({ status: { conditions: [held] } }, known)
  expect(status?.conditions).toMatchObject([held, { type: 'Ready', status: 'Unknown' }])
})

/** Returns the conditions that a node has after it was told of its device. */
function conditionsAfter(
  status: NonNullable<Node['status']>,
  more: Partial<DeviceFacts['machine']>,
  nowIso: string,
) {
  const facts = { standing, machine: { ...machine, ...more } }
  const change = nodeChange({ status }, { facts, state: 'live', nowIso, driver: 'masternode-1' })
  return change.status?.conditions ?? status.conditions
}
