import { findMountObstacle } from '@nexqloud/engine'
import { systemClock } from '@nexqloud/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { bringPrograms } from '../../engine/system/lab/packages.ts'
import type { Assignment } from '../src/protocol/assignment.ts'
import { channels } from '../src/protocol/channel.ts'
import type { WantedDisks } from '../src/protocol/disks.ts'
import {
  driveDevice,
  readStream,
  textOfChannels,
  type MasternodeEnd,
} from '../test/masternode-end.ts'
import { openDeviceLab, until, type DeviceLab } from './device-lab.ts'

const skip =
  bringPrograms(['dockerd', 'docker-registry', 'busybox', 'nft']) ?? (await findMountObstacle())
const nothing: WantedDisks = { volumes: [], snapshots: [], erased: [] }
const volume = { id: 'vol-1', sizeBytes: 32 << 20, isMade: false }
const made = { ...volume, isMade: true }
const at = (pod: string) => ({ pod, at: 'sdf' })

let lab: DeviceLab
let serial = 0

beforeAll(async () => {
  if (skip === undefined) lab = await openDeviceLab()
})
afterAll(() => lab?.close())
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('a disk comes to a pod that runs, and whoever kills the agent right after it took an order finds it carried out', async () => {
  lab.startAgent()
  const first = await drive()
  await assign(first, nothing)
  await untilRunning(first)
  expect(await tell('web-1', 'ls /mnt')).toBe('')

  await assign(first, { ...nothing, volumes: [{ ...volume, place: at('web-1') }] })
  await restart()
  const second = await drive()
  await untilDisk(second, 'attached')
  expect(await tell('web-1', 'echo kept > /mnt/sdf/note; cat /mnt/sdf/note')).toBe('kept')

  await assign(second, {
    ...nothing,
    volumes: [made],
    snapshots: [{ id: 'snap-1', volume: 'vol-1', isMade: false }],
  })
  await restart()
  const third = await drive()
  await untilDisk(third, 'available')
  await until(() => third.disks.at(-1)?.snapshots.find(({ state }) => state === 'completed'))
  expect(await tell('web-1', 'ls /mnt')).toBe('')
})

test('the files of a disk are there in the next pod, and of its snapshot in another disk', async () => {
  await restart()
  const masternode = await drive()
  await assign(masternode, {
    ...nothing,
    volumes: [
      { ...made, place: at('web-2') },
      { id: 'vol-2', sizeBytes: 64 << 20, isMade: false, snapshot: 'snap-1', place: at('web-1') },
    ],
    snapshots: [{ id: 'snap-1', volume: 'vol-1', isMade: true }],
  })
  await until(() =>
    masternode.disks.at(-1)?.volumes.every(({ state }) => state === 'attached') ? true : undefined,
  )
  expect(await tell('web-2', 'cat /mnt/sdf/note')).toBe('kept')
  expect(await tell('web-1', 'cat /mnt/sdf/note; echo other > /mnt/sdf/note')).toBe('kept')
  expect(await tell('web-2', 'cat /mnt/sdf/note')).toBe('kept')
})

test('what is erased goes, also where the agent is killed at it, and with the pod its folder', async () => {
  await restart()
  const masternode = await drive()
  await assign(masternode, { ...nothing, erased: ['vol-1', 'vol-2', 'snap-1'] })
  await restart()
  const next = await drive()
  await assign(next, { ...nothing, erased: ['vol-1', 'vol-2', 'snap-1'] })
  await until(() => {
    const { volumes = [], snapshots = [], serial: after = 0 } = next.disks.at(-1) ?? {}
    return after === serial && volumes.length + snapshots.length === 0 ? true : undefined
  })
  expect(await tell('web-1', 'ls /mnt')).toBe('')
})

async function restart(): Promise<void> {
  await lab.killAgent()
  lab.startAgent()
}

async function drive(): Promise<MasternodeEnd> {
  const { mux } = await lab.link()
  const masternode = driveDevice(mux, systemClock)
  await masternode.peer.ready
  return masternode
}

async function assign({ peer }: MasternodeEnd, disks: WantedDisks): Promise<void> {
  serial += 1
  const pods = [podOf('web-1'), podOf('web-2')]
  await peer.request('assign', { term: 1, serial, pods, disks })
}

function podOf(uid: string): Assignment['pods'][number] {
  const limits = { cpu: '500m', memory: '64Mi' }
  const command = ['sh', '-c', 'exec sleep 3600']
  const containers = [{ name: 'main', image: lab.image, command, resources: { limits } }]
  const pod = { spec: { containers } }
  return { namespace: 'acme', name: uid, uid, token: 1, takesDisks: true, pod }
}

async function untilRunning(masternode: MasternodeEnd): Promise<void> {
  for (const uid of ['web-1', 'web-2']) {
    await until(() => (masternode.reportOf(uid)?.status.phase === 'Running' ? true : undefined))
  }
}

async function untilDisk(masternode: MasternodeEnd, state: string): Promise<void> {
  await until(() => masternode.disks.at(-1)?.volumes.find((each) => each.state === state))
}

/** Returns what a command says in a pod; the agent has to have seen it, where it was started anew. */
async function tell(uid: string, script: string): Promise<string> {
  const { mux } = await lab.link()
  const command = ['sh', '-c', script]
  return until(async () => {
    const told = textOfChannels(await readStream(mux, { kind: 'exec', uid, command }))
    return told[channels.error]?.includes('Success')
      ? (told[channels.stdout] ?? '').trim()
      : undefined
  })
}
