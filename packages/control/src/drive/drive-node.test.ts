import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { factsOf } from '../../test/memory-device.ts'
import type { Happening } from '../object/record-event.ts'
import { driveNode } from './drive-node.ts'
import { createFlapGate } from './flap-gate.ts'

test('a device that comes and goes keeps its node up to date, and is told to flap, once', async () => {
  const { client, clock, onFailure } = await openCluster()
  const told: string[] = []
  const record = async (_: unknown, { reason }: Happening): Promise<void> => void told.push(reason)
  const bench = { client, clock, onFailure, record, flaps: createFlapGate() }
  const name = 'device-1'
  const known = { facts: factsOf(), nowIso: '2026-11-26T00:00:00Z', driver: 'masternode-1' }
  await driveNode(bench, name, { ...known, node: undefined, state: 'live' })
  for (let flap = 0; flap < 8; flap += 1) {
    for (const state of ['dark', 'live'] as const) {
      await clock.pass(20_000)
      await driveNode(bench, name, {
        ...known,
        node: await client.get(kinds.nodes, { name }),
        state,
      })
      const { status } = await client.get(kinds.nodes, { name })
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')
      expect(ready?.status).toBe(state === 'live' ? 'True' : 'Unknown')
    }
  }
  const pair = ['DeviceDark', 'DeviceLive']
  const before = ['DeviceDriven', 'DeviceLive', ...pair, ...pair, ...pair, ...pair]
  expect(told).toEqual([...before, 'DeviceFlaps'])
})
