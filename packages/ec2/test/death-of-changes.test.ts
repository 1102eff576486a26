import type { EC2 } from '@aws-sdk/client-ec2'
import { disks, diskSnapshots, instances as machines } from '@nexqloud/control'
import type { KubeClient } from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import { dyingAfter } from './lab/dying-after.ts'
import { openDoor } from './lab/open-door.ts'
import { openApi, openEc2Over } from './lab/open-world.ts'

/** What changes what is there, where whoever does it dies after any of its writes: all of it is done by who comes next, or nothing. */

const region = 'us-east-1'
const zone = { AvailabilityZone: 'us-east-1a' }

/** What there is before: an instance with a volume of its own and an address, another instance, and a volume that is free. */
type Stage = {
  readonly InstanceId: string
  readonly other: string
  readonly VolumeId: string
  readonly AllocationId: string
}

/** No change here is as much. */
const MOST_WRITES = 40

test.each<[string, (client: EC2, stage: Stage) => Promise<unknown>, object]>([
  [
    'stops an instance',
    (client, { InstanceId }) => client.stopInstances({ InstanceIds: [InstanceId] }),
    { states: ['stopped', 'running'], halted: 1 },
  ],
  [
    'terminates one',
    (client, { InstanceId }) => client.terminateInstances({ InstanceIds: [InstanceId] }),
    {
      states: ['terminated', 'running'],
      machines: 1,
      interfaces: 1,
      volumes: 2,
      disks: 0,
      attached: 1,
      leadsTo: '',
    },
  ],
  [
    'attaches a volume',
    (client, { InstanceId, VolumeId }) =>
      client.attachVolume({ InstanceId, VolumeId, Device: '/dev/sdg' }),
    { attached: 4, disks: 2 },
  ],
  [
    'moves an address',
    (client, { AllocationId, other }) =>
      client.associateAddress({ AllocationId, InstanceId: other }),
    { leadsTo: 'other' },
  ],
  [
    'makes an image',
    (client, { InstanceId }) => client.createImage({ InstanceId, Name: 'image' }),
    { images: 1, snapshots: 2, diskSnapshots: 1 },
  ],
])('%s', async (_, act, changes) => {
  let isDone = false
  for (let writes = 0; !isDone; writes += 1) {
    expect(writes).toBeLessThan(MOST_WRITES)
    const { before, after, done } = await actAndDie(act, writes)
    isDone = done
    const expected = writes === 0 ? before : { ...before, ...changes }
    expect(after, `after ${writes} writes`).toEqual(expected)
  }
})

async function actAndDie(act: (client: EC2, stage: Stage) => Promise<unknown>, writes: number) {
  const api = await openApi(() => {})
  onTestFinished(api.close)
  const first = await openDoor(await openEc2Over(api.client, () => {}))
  const stage = await prepare(first.clientIn(region))
  const before = await lookAt(first.clientIn(region), api.client, stage)
  await first.close()
  const dying = await openDoor(await openEc2Over(dyingAfter(api.client, writes), () => {}))
  const done = await act(dying.clientIn(region), stage).then(
    () => true,
    () => false,
  )
  await dying.close()
  const next = await openDoor(await openEc2Over(api.client, () => {}))
  const after = await lookAt(next.clientIn(region), api.client, stage)
  await next.close()
  return { before, after, done }
}

async function prepare(client: EC2): Promise<Stage> {
  const launch = async (more: object = {}) => {
    const one = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 }
    const { Instances = [] } = await client.runInstances({ ...one, ...more })
    return Instances[0]?.InstanceId ?? ''
  }
  const Ebs = { VolumeSize: 1, DeleteOnTermination: true }
  const InstanceId = await launch({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }] })
  const other = await launch()
  const { VolumeId = '' } = await client.createVolume({ ...zone, Size: 1 })
  const { AllocationId = '' } = await client.allocateAddress({})
  await client.associateAddress({ AllocationId, InstanceId })
  return { InstanceId, other, VolumeId, AllocationId }
}

async function lookAt(client: EC2, api: KubeClient, { InstanceId, other, AllocationId }: Stage) {
  const { Reservations = [] } = await client.describeInstances({})
  const { NetworkInterfaces = [] } = await client.describeNetworkInterfaces({})
  const { Volumes = [] } = await client.describeVolumes({})
  const { Addresses = [] } = await client.describeAddresses({ AllocationIds: [AllocationId] })
  const { Images = [] } = await client.describeImages({ Owners: ['self'] })
  const { Snapshots = [] } = await client.describeSnapshots({ OwnerIds: ['self'] })
  const kept = (await api.list(machines)).items
  const names: Readonly<Record<string, string>> = { [InstanceId]: 'one', [other]: 'other' }
  return {
    states: Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name)),
    machines: kept.length,
    halted: kept.filter(({ spec }) => spec.runStrategy === 'Halted').length,
    interfaces: NetworkInterfaces.length,
    volumes: Volumes.length,
    attached: Volumes.filter(({ State }) => State === 'in-use').length,
    disks: (await api.list(disks)).items.length,
    leadsTo: names[Addresses[0]?.InstanceId ?? ''] ?? '',
    images: Images.length,
    snapshots: Snapshots.length,
    diskSnapshots: (await api.list(diskSnapshots)).items.length,
  }
}
