import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { writeMembership } from '../device/membership.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { listIdleDevices, tellIdleDevices } from './idle-devices.ts'

test('devices of an earlier start that are not started again are named', async () => {
  using folder = openScratchFolder()
  for (const name of ['device', 'device-2', 'device-3', 'device-4', 'logs']) {
    mkdirSync(join(folder.path, name))
  }
  // The fourth one had not joined yet.
  for (const [name, id] of [
    ['device', 1],
    ['device-2', 7],
    ['device-3', 8],
  ] as const) {
    await writeMembership(join(folder.path, name), memberOf(id))
  }
  expect(await listIdleDevices(folder.path, 1)).toEqual([
    { number: 2, device: 7 },
    { number: 3, device: 8 },
  ])
  expect(tellIdleDevices(await listIdleDevices(folder.path, 2))).toEqual([
    'Not started: device-8, of an earlier up --devices 3. The network counts them as lost until up --devices 3 starts them again.',
  ])
  expect(tellIdleDevices(await listIdleDevices(folder.path, 3))).toEqual([])
})

function memberOf(id: number) {
  const hash = `0x${'ab'.repeat(32)}` as const
  return {
    device: parseDeviceId(id),
    owner: parseAddress(`0x${'11'.repeat(20)}`),
    key: 101n,
    tlsKeyHash: hash,
    region: 'local',
    chainId: 1,
    genesisHash: hash,
  }
}
