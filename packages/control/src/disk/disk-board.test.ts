import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { connectMemoryDevice, factsOf } from '../../test/memory-device.ts'
import { podOf } from '../../test/objects.ts'
import { createDriver } from '../drive/driver.ts'
import { labels } from '../object/names.ts'
import type { DeviceDisksReport } from './device-disks.ts'
import { defineDisks, disks, diskSnapshots, type Disk } from './disk.ts'

const namespace = 'default'
const attachment = { instance: 'web', at: 'sdf' }
const nothing: DeviceDisksReport = { volumes: [], snapshots: [] }

test('a disk gets the device of the pod that it is attached to, is told to it, and says what the device says', async () => {
  const { bind, device, createDisk, disk, told, clock, client } = await setup()
  const node = await client.get(kinds.nodes, { name: 'device-1' })
  expect(node.metadata?.labels).toMatchObject({ [labels.disks]: 'true' })
  await createDisk('vol-1', { sizeBytes: 1000, attachment })
  await clock.pass(1000)
  expect(told()).toBeUndefined()
  const pod = await bind('web')
  const { metadata } = await disk('vol-1', ({ status }) => status?.device === 'device-1')
  await clock.pass(1000)
  const place = { pod, at: 'sdf' }
  const id = metadata?.uid ?? ''
  expect(told()).toEqual({
    volumes: [{ id, sizeBytes: 1000, isMade: false, place }],
    snapshots: [],
    erased: [],
  })
  const volumes = [{ id, state: 'attached' as const, sizeBytes: 1000, place }]
  device.session.reportDisks({ ...nothing, volumes })
  const { status } = await disk('vol-1', (each) => each.status?.phase === 'attached')
  expect(status).toMatchObject({ device: 'device-1', isMade: true, attached: attachment })
  await clock.pass(1000)
  expect(told()?.volumes).toEqual([{ id, sizeBytes: 1000, isMade: true, place }])
})

test('a disk that is deleted is there until its device holds nothing of it', async () => {
  const { bind, device, createDisk, disk, told, clock, client } = await setup()
  await bind('web')
  const { metadata } = await createDisk('vol-1', { sizeBytes: 1000, attachment })
  const id = metadata?.uid ?? ''
  await disk('vol-1', ({ status }) => status?.device === 'device-1')
  await clock.pass(1000)
  await client.delete(disks, { namespace, name: 'vol-1' })
  await clock.pass(1000)
  expect(told()).toEqual({ volumes: [], snapshots: [], erased: [id] })
  device.session.reportDisks({ ...nothing, volumes: [{ id, state: 'busy', sizeBytes: 1000 }] })
  await clock.pass(1000)
  await disk('vol-1', (each) => each.status?.phase === 'busy')
  device.session.reportDisks(nothing)
  await clock.pass(1000)
  await expect(client.get(disks, { namespace, name: 'vol-1' })).rejects.toThrow(StatusError)
})

test('what is deleted before its device has told of it is there until that has answered the erasing', async () => {
  const { bind, createDisk, disk, told, clock, client, device } = await setup()
  await bind('web')
  const { metadata } = await createDisk('vol-1', { sizeBytes: 1000, attachment })
  await disk('vol-1', ({ status }) => status?.device === 'device-1')
  const volumes = [{ id: metadata?.uid ?? '', state: 'available' as const, sizeBytes: 1000 }]
  await clock.pass(1000)
  device.session.reportDisks({ ...nothing, volumes })
  await clock.pass(1000)
  const meta = { namespace, name: 'snap-1' }
  await client.create(diskSnapshots, { namespace }, { metadata: meta, spec: { disk: 'vol-1' } })
  await clock.pass(1000)
  const id = told()?.snapshots[0]?.id ?? ''
  // The device makes it, and has not said so.
  await client.delete(diskSnapshots, meta)
  await clock.pass(1000)
  expect(told()?.erased).toEqual([id])
  expect(await client.get(diskSnapshots, meta)).toMatchObject({ metadata: { uid: id } })
  device.session.reportDisks({
    volumes,
    snapshots: [{ id, state: 'completed', sizeBytes: 1000 }],
  })
  await clock.pass(1000)
  expect(await client.get(diskSnapshots, meta)).toMatchObject({ status: { phase: 'completed' } })
  device.session.reportDisks({ ...nothing, volumes })
  await clock.pass(1000)
  await expect(client.get(diskSnapshots, meta)).rejects.toThrow(StatusError)
})

test('what a link said that is down says nothing of what was deleted since', async () => {
  const { bind, createDisk, disk, clock, client, device } = await setup()
  await bind('web')
  await createDisk('vol-1', { sizeBytes: 1000, attachment })
  await disk('vol-1', ({ status }) => status?.device === 'device-1')
  await clock.pass(1000)
  device.session.reportDisks(nothing)
  await clock.pass(1000)
  device.session.close()
  await client.delete(disks, { namespace, name: 'vol-1' })
  await clock.pass(1000)
  const left = await client.get(disks, { namespace, name: 'vol-1' })
  expect(left.metadata?.deletionTimestamp).toBeDefined()
})

test('a snapshot is on the device of its disk, and so is a disk that is made of it', async () => {
  const { bind, createDisk, disk, told, clock, client, device } = await setup()
  await bind('web')
  const made = await createDisk('vol-1', { sizeBytes: 1000, attachment })
  await disk('vol-1', ({ status }) => status?.device === 'device-1')
  const snapshot = await client.create(
    diskSnapshots,
    { namespace },
    {
      metadata: { namespace, name: 'snap-1' },
      spec: { disk: 'vol-1' },
    },
  )
  await clock.pass(1000)
  const [volume, id] = [made.metadata?.uid ?? '', snapshot.metadata?.uid ?? '']
  expect(told()?.snapshots).toEqual([{ id, volume, isMade: false }])
  const digest = 'a'.repeat(64)
  const snapshots = [{ id, state: 'completed' as const, sizeBytes: 1000, digest }]
  device.session.reportDisks({ ...nothing, snapshots })
  await clock.pass(1000)
  expect(await client.get(diskSnapshots, { namespace, name: 'snap-1' })).toMatchObject({
    status: { device: 'device-1', phase: 'completed', digest },
  })
  await createDisk('vol-2', { sizeBytes: 2000, snapshot: 'snap-1' })
  await disk('vol-2', ({ status }) => status?.device === 'device-1')
  await clock.pass(1000)
  expect(told()?.volumes).toContainEqual(
    expect.objectContaining({ sizeBytes: 2000, snapshot: id, isMade: false }),
  )
})

test('a namespace that has many disks leaves room for those of others, and they say why they wait', async () => {
  const { bind, createDisk, disk, told, clock } = await setup()
  await bind('web')
  for (let count = 1; count <= 257; count += 1) {
    await createDisk(`vol-${count}`, { sizeBytes: 1000, attachment })
  }
  await clock.pass(5000)
  expect(told()?.volumes).toHaveLength(256)
  const { status } = await disk('vol-257', (each) => Boolean(each.status?.message))
  expect(status).toEqual({
    message: 'Its device holds as many as it can: 256 of a namespace, 1024 of all.',
  })
})

test('a disk is of a size that a device can be told of', async () => {
  const { createDisk } = await setup()
  await expect(createDisk('vol-1', { sizeBytes: 2 ** 53 })).rejects.toThrow('sizeBytes')
  expect(await createDisk('vol-2', { sizeBytes: 2 ** 53 - 1 })).toBeDefined()
})

test('a masternode that stands still amid a claim takes no disk from the device that has it since', async () => {
  const { bind, createDisk, disk, clock } = await setup({
    through: (client) => {
      const patch: KubeClient['patch'] = async (kind, name, change) => {
        const done = await client.patch(kind, name, change)
        // Another masternode, which has given it to another device by the time that this one goes on.
        if (name.name === 'vol-1' && name.subresource === undefined) {
          const body = { status: { device: 'device-2' } }
          const place = { namespace, name: 'vol-1', subresource: 'status' }
          await client.patch(disks, place, { type: 'merge', body })
        }
        return done
      }
      return { ...client, patch }
    },
  })
  await bind('web')
  await createDisk('vol-1', { sizeBytes: 1000, attachment })
  await disk('vol-1', ({ status }) => status?.device === 'device-2')
  await clock.pass(5000)
  const { status } = await disk('vol-1', ({ status: now }) => now?.device !== undefined)
  expect(status?.device).toBe('device-2')
})

test('a device that cannot have disks gets none', async () => {
  const { bind, createDisk, told, clock, client } = await setup({ takesDisks: false })
  await bind('web')
  await createDisk('vol-1', { sizeBytes: 1000, attachment })
  await clock.pass(5000)
  expect(told()).toBeUndefined()
  expect((await client.get(disks, { namespace, name: 'vol-1' })).status?.device).toBeUndefined()
})

async function setup({ takesDisks = true, through = (client: KubeClient) => client } = {}) {
  const cluster = await openCluster()
  const { client, clock, onFailure, sees, signal, createPod } = cluster
  await defineDisks(client)
  const driver = createDriver({
    client: through(client),
    clock,
    onFailure,
    identity: 'masternode-1',
  })
  void driver.run(signal)
  const facts = factsOf()
  const device = connectMemoryDevice(driver, 'device-1', {
    ...facts,
    machine: { ...facts.machine, takesDisks },
  })
  await sees(kinds.nodes, { name: 'device-1' }, ({ status }) => status?.allocatable !== undefined)
  return {
    client,
    clock,
    device,
    told: () => device.disks.at(-1),
    createDisk: (name: string, spec: Disk['spec']) =>
      client.create(disks, { namespace }, { metadata: { namespace, name }, spec }),
    disk: (name: string, isWanted: (disk: Disk) => boolean) =>
      sees(disks, { namespace, name }, isWanted),
    /** Returns the uid of a pod that is bound to the device. */
    bind: async (name: string) => {
      const { metadata = {} } = await createPod(podOf(name))
      const binding = {
        metadata: { namespace, name },
        target: { kind: 'Node', name: 'device-1' },
      }
      await client.post(kinds.pods, { namespace, name, subresource: 'binding' }, binding)
      return metadata.uid ?? ''
    },
  }
}
