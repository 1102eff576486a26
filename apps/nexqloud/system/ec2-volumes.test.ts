import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import {
  EC2,
  waitUntilInstanceRunning,
  waitUntilInstanceStopped,
  waitUntilSnapshotCompleted,
  waitUntilVolumeAvailable,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { findMountObstacle } from '../../../packages/engine/src/volume/loop-mounts.ts'
import { findEc2Obstacle, openEc2Lab, type Ec2Lab } from './ec2-lab.ts'

/** Volumes on a device with a real Docker, as AWS's own client has them. */

const PORT_BASE = 31_850
const soon = { timeout: 60_000, interval: 200 }
const run = promisify(execFile)

const missing = (await findEc2Obstacle()) ?? (await findMountObstacle())
let lab: Ec2Lab
let client: EC2
let wait: { readonly client: EC2; readonly maxWaitTime: number; readonly minDelay: number }

beforeAll(async () => {
  if (missing !== undefined) return
  lab = await openEc2Lab(PORT_BASE)
  Object.assign(process.env, { AWS_CONFIG_FILE: lab.env['AWS_CONFIG_FILE'] })
  client = new EC2({})
  wait = { client, maxWaitTime: 300, minDelay: 1 }
})
afterAll(async () => {
  if (missing !== undefined) return
  client.destroy()
  await lab.close()
})
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing)
})

async function launch(): Promise<string> {
  const count = { MinCount: 1, MaxCount: 1 }
  const wish = { ImageId: lab.image, InstanceType: 't3.nano' as const, ...count }
  const { Instances: [instance] = [] } = await client.runInstances(wish)
  const id = instance?.InstanceId ?? ''
  await waitUntilInstanceRunning(wait, { InstanceIds: [id] })
  return id
}

/** Returns what a command says in an instance. */
async function tell(id: string, script: string): Promise<string> {
  const args = ['--kubeconfig', lab.up.kubeconfig, 'exec', id, '--', 'sh', '-c', script]
  return (await run('kubectl', args)).stdout.trim()
}

async function attach(VolumeId: string, InstanceId: string): Promise<void> {
  const { State } = await client.attachVolume({ VolumeId, InstanceId, Device: '/dev/sdf' })
  expect(State).toBe('attaching')
  await vi.waitFor(async () => {
    const { Volumes = [] } = await client.describeVolumes({ VolumeIds: [VolumeId] })
    expect(Volumes[0]).toMatchObject({ State: 'in-use', Attachments: [{ State: 'attached' }] })
  }, soon)
}

test('a volume comes to an instance that runs, is kept as it was, and has its files in the next instance', async () => {
  const first = await launch()
  const { Reservations = [] } = await client.describeInstances({ InstanceIds: [first] })
  const { AvailabilityZone } = Reservations[0]?.Instances?.[0]?.Placement ?? {}
  const { VolumeId = '' } = await client.createVolume({ AvailabilityZone, Size: 1 })
  await attach(VolumeId, first)
  expect(await tell(first, 'echo before > /mnt/sdf/note; cat /mnt/sdf/note')).toBe('before')

  const { SnapshotId = '' } = await client.createSnapshot({ VolumeId })
  await waitUntilSnapshotCompleted(wait, { SnapshotIds: [SnapshotId] })
  await tell(first, 'echo after > /mnt/sdf/note')

  await client.stopInstances({ InstanceIds: [first] })
  await waitUntilInstanceStopped(wait, { InstanceIds: [first] })
  await client.startInstances({ InstanceIds: [first] })
  await waitUntilInstanceRunning(wait, { InstanceIds: [first] })
  await vi.waitFor(async () => expect(await tell(first, 'cat /mnt/sdf/note')).toBe('after'), soon)

  await client.detachVolume({ VolumeId })
  await waitUntilVolumeAvailable(wait, { VolumeIds: [VolumeId] })
  expect(await tell(first, 'ls /mnt')).toBe('')
  const second = await launch()
  await attach(VolumeId, second)
  expect(await tell(second, 'cat /mnt/sdf/note')).toBe('after')

  const copy = await client.createVolume({ AvailabilityZone, SnapshotId })
  await waitUntilVolumeAvailable(wait, { VolumeIds: [copy.VolumeId ?? ''] })
  await attach(copy.VolumeId ?? '', first)
  expect(await tell(first, 'cat /mnt/sdf/note')).toBe('before')
})
