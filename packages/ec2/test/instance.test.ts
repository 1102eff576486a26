import type { InstanceStateName, RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import { instances as machineKind } from '@nexqloud/control'
import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test, vi } from 'vitest'

import { createObedientMachines, type Machines, type Sighting } from '../src/machine/machines.ts'
import { quotas } from '../src/quota/quotas.ts'
import { ec2Kinds } from '../src/resource/kinds.ts'
import { openLab } from './lab/open-client.ts'

/** Instances, as AWS's own client finds them. */

const ImageId = 'ami-12c6146b'
const one = { ImageId, MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' } as const

test('what is launched is pending when it is answered, runs then, and is a machine of the same name', async () => {
  const { client, world } = await setup()
  const { Instances = [], ReservationId } = await client.runInstances({ ...one, MaxCount: 3 })
  expect(Instances.map(({ State, AmiLaunchIndex }) => [State?.Name, AmiLaunchIndex])).toEqual([
    ['pending', 0],
    ['pending', 1],
    ['pending', 2],
  ])
  const { Reservations = [] } = await client.describeInstances({})
  expect(Reservations.map((each) => each.ReservationId)).toEqual([ReservationId])
  expect(Reservations[0]?.Instances?.map(({ State }) => State?.Name)).toEqual(
    Array.from({ length: 3 }, () => 'running'),
  )
  const { items } = await world.client.list(machineKind, { namespace: 'default' })
  expect(new Set(items.map(({ metadata }) => metadata?.name))).toEqual(
    new Set(Instances.map(({ InstanceId }) => InstanceId)),
  )
})

test('as many are launched as there is room for, and none where that is too few', async () => {
  const { client } = await setup({ roomFor: async () => 2 })
  const { Instances } = await client.runInstances({ ...one, MaxCount: 5 })
  expect(Instances).toHaveLength(2)
  const tooMany = client.runInstances({ ...one, MinCount: 3, MaxCount: 5 })
  await expect(tooMany).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' })
  expect(await count(client)).toBe(2)
})

test('a launch that is more than can be kept at once is refused, and takes no address', async () => {
  const { client } = await setup()
  const UserData = Buffer.alloc(16_384).toString('base64')
  const large = client.runInstances({ ...one, MinCount: 80, MaxCount: 80, UserData })
  await expect(large).rejects.toMatchObject({ name: 'ResourceCountExceeded' })
  expect(await count(client)).toBe(0)
  const { PublicIp } = await client.allocateAddress({ Address: '203.0.113.1' })
  expect(PublicIp).toBe('203.0.113.1')
})

test('a launch that is repeated is answered again, and one with other input is refused', async () => {
  const { client } = await setup()
  const asked = { ...one, ClientToken: 'a' }
  const first = await client.runInstances(asked)
  const again = await client.runInstances(asked)
  expect(again.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId)
  const other = client.runInstances({ ...asked, InstanceType: 't3.small' })
  await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  expect(await count(client)).toBe(1)
})

test.each<[string, Partial<RunInstancesCommandInput>, string]>([
  ['an image that is not there', { ImageId: 'ami-00000000' }, 'InvalidAMIID.NotFound'],
  ['a size that nobody has', { InstanceType: 'x9.huge' as 't3.micro' }, 'InvalidParameterValue'],
  [
    'user data that is no Base64',
    { UserData: 'not as it should be!' },
    'InvalidUserData.Malformed',
  ],
  ['a key that is not there', { KeyName: 'nobody' }, 'InvalidKeyPair.NotFound'],
  ['a subnet that is not there', { SubnetId: 'subnet-00000000' }, 'InvalidSubnetID.NotFound'],
  ['a group that is not there', { SecurityGroupIds: ['sg-00000000'] }, 'InvalidGroup.NotFound'],
  ['a least that is above the most', { MinCount: 2 }, 'InvalidParameterValue'],
  [
    'a zone of another region',
    { Placement: { AvailabilityZone: 'moon-1a' } },
    'InvalidParameterValue',
  ],
  [
    'hibernation',
    { HibernationOptions: { Configured: true } },
    'UnsupportedHibernationConfiguration',
  ],
  [
    'too much user data',
    { UserData: Buffer.alloc(16_385).toString('base64') },
    'InvalidParameterValue',
  ],
  [
    'a device of nothing',
    { BlockDeviceMappings: [{ DeviceName: '/dev/sdb' }] },
    'MissingParameter',
  ],
  [
    'a volume of no size',
    { BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: {} }] },
    'MissingParameter',
  ],
  [
    'more than one launch may have',
    { MaxCount: quotas.instancesPerLaunch.value + 1 },
    'InstanceLimitExceeded',
  ],
  ['a dry run', { DryRun: true }, 'DryRunOperation'],
])('%s: nothing is launched', async (_, asked, name) => {
  const { client, world } = await setup()
  await expect(client.runInstances({ ...one, ...asked })).rejects.toMatchObject({ name })
  expect(await count(client)).toBe(0)
  expect((await world.client.list(machineKind)).items).toEqual([])
})

test('an instance stops, starts and ends, and says who wanted it', async () => {
  const { client } = await setup()
  const ids = await launch(client)
  const stopped = await client.stopInstances({ InstanceIds: ids })
  expect(stopped.StoppingInstances?.[0]).toMatchObject({
    PreviousState: { Name: 'running', Code: 16 },
    CurrentState: { Name: 'stopping', Code: 64 },
  })
  expect(await stateOf(client, ids)).toBe('stopped')
  const { Reservations } = await client.describeInstances({ InstanceIds: ids })
  const { StateReason, StateTransitionReason } = Reservations?.[0]?.Instances?.[0] ?? {}
  expect(StateReason?.Code).toBe('Client.UserInitiatedShutdown')
  expect(StateTransitionReason).toMatch(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/)
  await client.startInstances({ InstanceIds: ids })
  expect(await stateOf(client, ids)).toBe('running')
  await client.terminateInstances({ InstanceIds: ids })
  await client.terminateInstances({ InstanceIds: ids })
  expect(await stateOf(client, ids)).toBe('terminated')
  const starting = client.startInstances({ InstanceIds: ids })
  await expect(starting).rejects.toMatchObject({ name: 'IncorrectInstanceState' })
})

test('of several instances one that is protected, or not there, keeps all from ending', async () => {
  const { client } = await setup()
  const [first = ''] = await launch(client)
  const [second = ''] = await launch(client, { DisableApiTermination: true })
  const both = client.terminateInstances({ InstanceIds: [first, second] })
  await expect(both).rejects.toMatchObject({ name: 'OperationNotPermitted' })
  const strange = client.terminateInstances({ InstanceIds: [first, 'i-00000000'] })
  await expect(strange).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' })
  expect(await stateOf(client, [first])).toBe('running')
  await client.modifyInstanceAttribute({
    InstanceId: second,
    DisableApiTermination: { Value: false },
  })
  await client.terminateInstances({ InstanceIds: [first, second] })
  expect(await stateOf(client, [first])).toBe('terminated')
})

test('one whose container has ended by itself stops, or ends where that was asked for', async () => {
  const seen = new Map<string, Sighting['phase']>()
  const { client, clock } = await setup({
    see: ({ id }, goal) => ({
      phase: goal === 'running' ? (seen.get(id) ?? 'running') : 'absent',
    }),
  })
  const [stops = ''] = await launch(client)
  const [ends = ''] = await launch(client, { InstanceInitiatedShutdownBehavior: 'terminate' })
  for (const id of [stops, ends]) seen.set(id, 'ended')
  await clock.pass(1000)
  await vi.waitFor(async () => {
    expect(await stateOf(client, [stops])).toBe('stopped')
    expect(await stateOf(client, [ends])).toBe('terminated')
  })
  const { Reservations } = await client.describeInstances({ InstanceIds: [stops] })
  expect(Reservations?.[0]?.Instances?.[0]?.StateReason?.Code).toBe(
    'Client.InstanceInitiatedShutdown',
  )
})

test('one that has shut itself down is started once nothing is left of its container', async () => {
  let phase: Sighting['phase'] = 'running'
  const { client, clock } = await setup({ see: () => ({ phase }) })
  const InstanceIds = await launch(client)
  phase = 'ended'
  await clock.pass(1000)
  await vi.waitFor(async () => {
    const { Reservations } = await client.describeInstances({ InstanceIds })
    expect(Reservations?.[0]?.Instances?.[0]?.StateReason?.Code).toMatch(/Shutdown$/)
  })
  expect(await stateOf(client, InstanceIds)).toBe('stopping')
  await expect(client.startInstances({ InstanceIds })).rejects.toMatchObject({
    name: 'IncorrectInstanceState',
  })
  phase = 'absent'
  expect(await stateOf(client, InstanceIds)).toBe('stopped')
  await client.startInstances({ InstanceIds })
  await clock.pass(1000)
  expect(await stateOf(client, InstanceIds)).toBe('pending')
})

test('however many have ended at once stop', async () => {
  const seen = { phase: 'running' as Sighting['phase'] }
  const { client, clock } = await setup({
    see: (_, goal) => ({ phase: goal === 'running' ? seen.phase : 'absent' }),
  })
  const UserData = Buffer.alloc(16_384).toString('base64')
  for (let lot = 0; lot < 5; lot += 1) {
    await launch(client, { MinCount: 20, MaxCount: 20, UserData })
  }
  seen.phase = 'ended'
  await clock.pass(1000)
  await vi.waitFor(async () => expect(await count(client, 'stopped')).toBe(100), {
    timeout: 20_000,
  })
})

test('a terminated instance is told of for an hour', async () => {
  const { client, world, clock } = await setup()
  const ids = await launch(client)
  await client.terminateInstances({ InstanceIds: ids })
  const kept = async () => (await world.client.list(ec2Kinds.instances)).items.length
  await clock.pass(3_599_000)
  expect(await kept()).toBe(1)
  await clock.pass(2000)
  await vi.waitFor(async () => expect(await kept()).toBe(0))
})

test('what is said of a kernel is kept, and told of an image that is made', async () => {
  const { client } = await setup()
  const [InstanceId = ''] = await launch(client)
  await client.modifyInstanceAttribute({ InstanceId, Kernel: { Value: 'aki-1' } })
  const told = await client.describeInstanceAttribute({ InstanceId, Attribute: 'kernel' })
  expect(told.KernelId).toEqual({ Value: 'aki-1' })
  const { ImageId: made = '' } = await client.createImage({ InstanceId, Name: 'made' })
  const { Images } = await client.describeImages({ ImageIds: [made] })
  expect(Images).toMatchObject([{ KernelId: 'aki-1' }])
})

test('sizes say of their cores what the names that are borrowed do', async () => {
  const { client } = await setup()
  const find = async (Name: string, value: string): Promise<readonly string[]> => {
    const filter = { Name, Values: [value] }
    const small = { Name: 'memory-info.size-in-mib', Values: ['512'] }
    const { InstanceTypes = [] } = await client.describeInstanceTypes({ Filters: [small, filter] })
    return InstanceTypes.map(({ InstanceType = '' }) => InstanceType).toSorted()
  }
  expect(await find('vcpu-info.default-cores', '2')).toEqual(['t4g.nano'])
  expect(await find('vcpu-info.valid-threads-per-core', '1')).toEqual([
    't3.nano',
    't3a.nano',
    't4g.nano',
  ])
})

test('a size is changed while an instance stands still', async () => {
  const { client, world } = await setup()
  const [id = ''] = await launch(client)
  const change = () =>
    client.modifyInstanceAttribute({ InstanceId: id, InstanceType: { Value: 't3.small' } })
  await expect(change()).rejects.toMatchObject({ name: 'IncorrectInstanceState' })
  await client.stopInstances({ InstanceIds: [id] })
  await change()
  const machine = await world.client.get(machineKind, { namespace: 'default', name: id })
  expect(machine.spec).toMatchObject({
    runStrategy: 'Halted',
    template: { spec: { containers: [{ resources: { limits: { memory: '2048Mi' } } }] } },
  })
})

type Client = Awaited<ReturnType<typeof setup>>['client']

async function setup(own: Partial<Machines> = {}) {
  const clock = createManualClock(Date.now())
  const lab = await openLab(clock, {
    machines: { ...createObedientMachines(clock.wallMs), ...own },
  })
  onTestFinished(async () => {
    await lab.close()
    expect(lab.faults).toEqual([])
  })
  return { client: lab.clientIn('us-east-1'), world: lab.world, clock }
}

async function launch(client: Client, more: object = {}): Promise<string[]> {
  const { Instances = [] } = await client.runInstances({ ...one, ...more })
  return Instances.map(({ InstanceId = '' }) => InstanceId)
}

async function stateOf(client: Client, InstanceIds: string[]): Promise<string | undefined> {
  const { Reservations } = await client.describeInstances({ InstanceIds })
  return Reservations?.[0]?.Instances?.[0]?.State?.Name
}

async function count(client: Client, state?: InstanceStateName): Promise<number> {
  const Filters = state && [{ Name: 'instance-state-name', Values: [state] }]
  const { Reservations = [] } = await client.describeInstances({ Filters })
  return Reservations.reduce((sum, { Instances = [] }) => sum + Instances.length, 0)
}
