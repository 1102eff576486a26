import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'

import { assertCostsKnown } from '../chain/process-cost.ts'
import { cpuSecondsOfAll } from '../gateway/part.ts'
import type { Facts, Measure } from '../src/index.ts'
import type { Contestant } from './contestants.ts'

/** How much is asked. */
export type Ec2Plan = {
  /** How many instances there are when they are described. */
  readonly instances: number
  readonly describes: number
  readonly filtered: number
  readonly launches: number
}

/** Loads an API that nobody has used, and returns what each of its CPU seconds did. */
export async function loadEc2(
  measure: Measure,
  start: () => Promise<Contestant>,
  plan: Ec2Plan,
): Promise<Facts> {
  assertCostsKnown()
  const contestant = await start()
  const credentials = { accessKeyId: 'FOOBARKEY', secretAccessKey: 'FOOBARSECRET' }
  const { endpoint } = contestant
  const client = new EC2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  const per = perCpuSecond(contestant)
  try {
    const image = await findImage(client)
    await warm(client, image)
    const launched = await measure(() =>
      per(plan.launches, () => launch(client, image, plan.launches)),
    )
    const some = await fill(client, image, plan.instances)
    const described = await per(plan.describes, () => describe(client, plan))
    // One that is found takes less than a millisecond: not before it was asked for some hundred times.
    await describeOne(client, some, plan.filtered)
    const found = await per(plan.filtered, () => describeOne(client, some, plan.filtered))
    return { launched, described, found }
  } finally {
    client.destroy()
    await contestant.close()
  }
}

function perCpuSecond(contestant: Contestant) {
  return async (turns: number, work: () => Promise<void>): Promise<number> => {
    if (turns === 0) return 0
    const before = cpuSecondsOfAll([contestant])
    await work()
    return turns / (cpuSecondsOfAll([contestant]) - before)
  }
}

/** One that both have. */
async function findImage(client: EC2Client): Promise<string> {
  const { Images = [] } = await client.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  const id = Images.find(({ Architecture }) => Architecture === 'x86_64')?.ImageId
  if (id === undefined) throw new Error('There is no image to launch.')
  return id
}

function runOf(image: string, instances = 1): RunInstancesCommand {
  return new RunInstancesCommand({
    ImageId: image,
    InstanceType: 't3.micro',
    MinCount: instances,
    MaxCount: instances,
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'bench' }] }],
  })
}

/** What is hot has been compiled before anything counts. */
async function warm(client: EC2Client, image: string): Promise<void> {
  await launch(client, image, 50)
  for (let turn = 0; turn < 10; turn += 1) await client.send(new DescribeInstancesCommand({}))
}

async function launch(client: EC2Client, image: string, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await client.send(runOf(image))
}

/** Launches until there are so many; returns the id of one. */
async function fill(client: EC2Client, image: string, wanted: number): Promise<string> {
  const seen = await count(client)
  for (let left = wanted - seen; left > 0; left -= 100) {
    await client.send(runOf(image, Math.min(100, left)))
  }
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}))
  return Reservations.at(-1)?.Instances?.at(-1)?.InstanceId ?? ''
}

async function count(client: EC2Client): Promise<number> {
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}))
  return Reservations.reduce((sum, { Instances = [] }) => sum + Instances.length, 0)
}

async function describe(client: EC2Client, { describes, instances }: Ec2Plan): Promise<void> {
  for (let turn = 0; turn < describes; turn += 1) {
    const seen = await count(client)
    if (seen !== instances) throw new Error(`There are ${seen} instances instead of ${instances}.`)
  }
}

async function describeOne(client: EC2Client, id: string, turns: number): Promise<void> {
  const Filters = [{ Name: 'instance-id', Values: [id] }]
  for (let turn = 0; turn < turns; turn += 1) {
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ Filters }))
    if (Reservations.length !== 1) throw new Error(`${Reservations.length} have the id ${id}.`)
  }
}
