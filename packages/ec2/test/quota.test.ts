import { expect, onTestFinished, test } from 'vitest'

import { quotas } from '../src/quota/quotas.ts'
import { openLab } from './lab/open-client.ts'

/** How many vCPUs an account may have running, as AWS's own client finds it. */

const one = {
  ImageId: 'ami-12c6146b',
  MinCount: 1,
  MaxCount: 1,
  InstanceType: 't3.micro',
} as const

test('an account has so many vCPUs running: a launch has what is left of them, what stands still counts for none', async () => {
  const client = await setup()
  const large = { ...one, InstanceType: 'm5.2xlarge' } as const
  const most = quotas.onDemandVcpus.value / 8
  const { Instances = [] } = await client.runInstances({ ...large, MaxCount: 100 })
  await client.runInstances({ ...large, MaxCount: 100 })
  const rest = await client.runInstances({ ...large, MaxCount: 100 })
  expect(rest.Instances).toHaveLength(most - 200)
  const limit = { name: 'VcpuLimitExceeded' }
  await expect(client.runInstances(one)).rejects.toMatchObject(limit)
  const bought = { InstanceMarketOptions: { MarketType: 'spot' } } as const
  const { Instances: spot = [] } = await client.runInstances({ ...one, ...bought })
  expect(spot).toHaveLength(1)
  const [{ InstanceId = '' } = {}] = Instances
  const InstanceIds = [InstanceId]
  await client.stopInstances({ InstanceIds })
  await client.runInstances(large)
  await expect(client.startInstances({ InstanceIds })).rejects.toMatchObject(limit)
  expect(await stateOf(client, InstanceIds)).toBe('stopped')
  await client.modifyInstanceAttribute({ InstanceId, InstanceType: { Value: 't3.micro' } })
  await expect(client.startInstances({ InstanceIds })).rejects.toMatchObject(limit)
  await client.terminateInstances({ InstanceIds: [Instances[1]?.InstanceId ?? ''] })
  await client.startInstances({ InstanceIds })
  expect(await stateOf(client, InstanceIds)).toBe('running')
})

test('what is bought as spot has a quota of its own', async () => {
  const client = await setup()
  const spot = {
    ...one,
    InstanceType: 'm5.2xlarge',
    InstanceMarketOptions: { MarketType: 'spot' },
  } as const
  const most = quotas.spotVcpus.value / 8
  let made = 0
  while (made < most) made += await launch(client, { ...spot, MaxCount: 100 })
  await expect(client.runInstances(spot)).rejects.toMatchObject({
    name: 'MaxSpotInstanceCountExceeded',
  })
  expect([made, await launch(client)]).toEqual([most, 1])
})

test('launches at the same time have together what is left', async () => {
  const client = await setup()
  const large = { ...one, InstanceType: 'm5.2xlarge', MaxCount: 100 } as const
  const launches = Array.from({ length: 3 }, () => launch(client, large))
  const made = (await Promise.all(launches)).reduce((sum, count) => sum + count, 0)
  expect(made).toBe(quotas.onDemandVcpus.value / 8)
})

test('volumes that grow have together no more than those that are made', async () => {
  const client = await setup()
  const make = () => client.createVolume({ AvailabilityZone: 'us-east-1a', Size: 1 })
  const most = 16_384
  for (let left = quotas.volumeGibibytes.value - 1; left > most; left -= most) {
    const { VolumeId } = await make()
    await client.modifyVolume({ VolumeId, Size: most })
  }
  const { VolumeId } = await make()
  await expect(client.modifyVolume({ VolumeId, Size: most })).rejects.toMatchObject({
    name: 'VolumeLimitExceeded',
  })
})

type Client = Awaited<ReturnType<typeof setup>>

async function setup() {
  const lab = await openLab()
  onTestFinished(async () => {
    await lab.close()
    expect(lab.faults).toEqual([])
  })
  return lab.clientIn('us-east-1')
}

async function launch(client: Client, asked: object = {}): Promise<number> {
  const { Instances = [] } = await client.runInstances({ ...one, ...asked })
  return Instances.length
}

async function stateOf(client: Client, InstanceIds: string[]): Promise<string | undefined> {
  const { InstanceStatuses } = await client.describeInstanceStatus({
    InstanceIds,
    IncludeAllInstances: true,
  })
  return InstanceStatuses?.[0]?.InstanceState?.Name
}
