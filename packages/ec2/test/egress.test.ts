import { annotations, instances as machineKind, type Pod } from '@nexqloud/control'
import { createManualClock } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, onTestFinished, test, vi } from 'vitest'

import { INSTANCE_LABEL } from '../src/machine/machine-object.ts'
import { openLab } from './lab/open-client.ts'

/** Where instances may send: from groups to what devices are told. */

const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }
const all = { IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
const everything = { IpProtocol: '-1', ...all }

test('an instance of a group that lets all out is held to nothing', async () => {
  const { launch, said } = await setup()
  const name = await launch([])
  expect(await said(name)).toEqual({ machine: undefined, pod: undefined })
})

test('a machine is held from its beginning, and its pod when the rules of a group change', async () => {
  const { client, group, launch, said, becomes } = await setup()
  const GroupId = await group('mute')
  await client.revokeSecurityGroupEgress({ GroupId, IpPermissions: [everything] })
  const name = await launch([GroupId])
  expect(await said(name)).toEqual({ machine: '[]', pod: '[]' })
  const IpPermissions = [{ ...https, ...all }]
  await client.authorizeSecurityGroupEgress({ GroupId, IpPermissions })
  const told = '[{"protocol":6,"from":443,"to":443,"cidr":"0.0.0.0/0"}]'
  await becomes(name, { machine: told, pod: told })
  await client.revokeSecurityGroupEgress({ GroupId, IpPermissions })
  await becomes(name, { machine: '[]', pod: '[]' })
  await client.authorizeSecurityGroupEgress({ GroupId, IpPermissions: [everything] })
  await becomes(name, { machine: undefined, pod: undefined })
})

test('who becomes a member of a group is reached by those who may send to it', async () => {
  const { client, group, launch, said, becomes } = await setup()
  const [senders, servers] = [await group('senders'), await group('servers')]
  await client.revokeSecurityGroupEgress({ GroupId: senders, IpPermissions: [everything] })
  await client.authorizeSecurityGroupEgress({
    GroupId: senders,
    IpPermissions: [{ ...https, UserIdGroupPairs: [{ GroupId: servers }] }],
  })
  const name = await launch([senders])
  expect(await said(name)).toEqual({ machine: '[]', pod: '[]' })
  const server = await launch([servers])
  const { Reservations = [] } = await client.describeInstances({ InstanceIds: [server] })
  const { PrivateIpAddress, PublicIpAddress } = Reservations[0]?.Instances?.[0] ?? {}
  const told = JSON.stringify(
    [PrivateIpAddress, PublicIpAddress].map((address) => ({
      protocol: 6,
      from: 443,
      to: 443,
      cidr: `${address}/32`,
    })),
  )
  await becomes(name, { machine: told, pod: told })
})

test('those of one launch may send to each other from their beginning', async () => {
  const { client, world, group } = await setup()
  const GroupId = await group('friends')
  await client.revokeSecurityGroupEgress({ GroupId, IpPermissions: [everything] })
  await client.authorizeSecurityGroupEgress({
    GroupId,
    IpPermissions: [{ ...https, UserIdGroupPairs: [{ GroupId }] }],
  })
  const { Instances = [] } = await client.runInstances({
    ImageId: 'ami-12c6146b',
    MinCount: 2,
    MaxCount: 2,
    SecurityGroupIds: [GroupId],
  })
  const { items } = await world.client.list(machineKind)
  for (const { spec } of items) {
    const told = spec.template.metadata?.annotations?.[annotations.egress]
    for (const { PrivateIpAddress } of Instances) expect(told).toContain(`${PrivateIpAddress}/32`)
  }
})

test('a pod that somebody freed is held again', async () => {
  const { client, world, group, launch, said, becomes } = await setup()
  const GroupId = await group('mute')
  await client.revokeSecurityGroupEgress({ GroupId, IpPermissions: [everything] })
  const name = await launch([GroupId])
  const body = { metadata: { annotations: { [annotations.egress]: null } } }
  await world.client.patch(kinds.pods, { namespace: 'default', name }, { type: 'merge', body })
  expect((await said(name)).pod).toBeUndefined()
  await becomes(name, { machine: '[]', pod: '[]' })
})

async function setup() {
  const clock = createManualClock(Date.now())
  const lab = await openLab(clock)
  onTestFinished(async () => {
    await lab.close()
    expect(lab.faults).toEqual([])
  })
  const client = lab.clientIn('us-east-1')
  const { world } = lab
  const nameOf = (name: string) => ({ namespace: 'default', name })
  const said = async (name: string) => {
    const { spec } = await world.client.get(machineKind, nameOf(name))
    const { metadata } = await world.client.get(kinds.pods, nameOf(name))
    return {
      machine: spec.template.metadata?.annotations?.[annotations.egress],
      pod: metadata?.annotations?.[annotations.egress],
    }
  }
  return {
    ...lab,
    client,
    group: async (GroupName: string) => {
      const { GroupId = '' } = await client.createSecurityGroup({ GroupName, Description: 'one' })
      return GroupId
    },
    /** Launches an instance, and makes its pod as a healer would. */
    launch: async (SecurityGroupIds: readonly string[]) => {
      const { Instances = [] } = await client.runInstances({
        ImageId: 'ami-12c6146b',
        MinCount: 1,
        MaxCount: 1,
        ...(SecurityGroupIds.length > 0 && { SecurityGroupIds: [...SecurityGroupIds] }),
      })
      const { InstanceId: name = '' } = Instances[0] ?? {}
      const { spec } = await world.client.get(machineKind, nameOf(name))
      const labels = { [INSTANCE_LABEL]: name }
      const metadata = { ...nameOf(name), labels, ...spec.template.metadata }
      const pod: Pod = { metadata, spec: spec.template.spec }
      await world.client.create(kinds.pods, { namespace: 'default' }, pod)
      return name
    },
    said,
    /** Resolves once it is said so. */
    becomes: (name: string, wanted: Awaited<ReturnType<typeof said>>) =>
      vi.waitFor(async () => {
        await clock.pass(500)
        expect(await said(name)).toEqual(wanted)
      }),
  }
}
