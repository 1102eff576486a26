import { instances as machines } from '@nexqloud/control'
import { StatusError, type KubeClient } from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import type { Ec2Options } from '../src/door/open-ec2.ts'
import { openDoor } from './lab/open-door.ts'
import { openApi, openEc2Over } from './lab/open-world.ts'

/** What was accepted, and could not be made at once: as the API failed for a moment, or whoever led was gone. */

const launch = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 }
/** Of a launch of one: the request, instance, interface, volume and machine, and that all is made. */
const WRITES = 6

test('who repeats a launch that was kept and not made has all of it', async () => {
  for (let write = 0; write < WRITES; write += 1) {
    const { client, count, fail } = await setup()
    fail(write)
    const asked = { ...launch, ClientToken: 'launch' }
    await expect(client.runInstances(asked)).rejects.toMatchObject({ name: 'InternalError' })
    const { Instances = [] } = await client.runInstances(asked)
    const InstanceIds = Instances.map(({ InstanceId = '' }) => InstanceId)
    await client.describeInstances({ InstanceIds })
    expect(await count(), `where write ${write} failed`).toEqual([1, 1])
  }
})

test('what was taken away since stays away, whatever of it could not be made at once', async () => {
  for (let write = 1; write < WRITES; write += 1) {
    const { client, count, fail, open } = await setup()
    fail(write)
    await expect(client.runInstances(launch)).rejects.toMatchObject({ name: 'InternalError' })
    // Whatever it is that is changed next: first all of the launch is made.
    await client.createVolume(volume)
    expect(await count(), `where write ${write} failed`).toEqual([1, 1])
    const { Reservations = [] } = await client.describeInstances({})
    const InstanceIds = Reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId = '' }) => InstanceId),
    )
    await client.terminateInstances({ InstanceIds })
    await open()
    expect(await count(), `where write ${write} failed`).toEqual([1, 0])
  }
})

test('what was taken away since stays away, though some of its launch is refused for good', async () => {
  const { client, count, refuse, open } = await setup()
  refuse('volumes')
  await expect(client.runInstances(launch)).rejects.toMatchObject({ name: 'InternalError' })
  await client.createKeyPair({ KeyName: 'next' })
  expect(await count()).toEqual([1, 1])
  const { Reservations: [launched] = [] } = await client.describeInstances({})
  const InstanceIds = [launched?.Instances?.[0]?.InstanceId ?? '']
  await client.terminateInstances({ InstanceIds })
  await open()
  expect(await count()).toEqual([1, 0])
})

test('what one that led before has left is made before another one changes anything', async () => {
  let leader = 'first'
  const {
    client: first,
    count,
    fail,
    open,
  } = await setup({
    leadingTerm: () => (leader === 'first' ? 1 : undefined),
  })
  const second = await open({ leadingTerm: () => (leader === 'second' ? 2 : undefined) })
  await first.createVolume(volume)
  leader = 'second'
  for (const [round, next] of [first, second].entries()) {
    const before = next === second ? first : second
    // The last of it: its machine.
    fail(WRITES - 2)
    await expect(before.runInstances(launch)).rejects.toMatchObject({ name: 'InternalError' })
    await expect(next.createVolume(volume)).rejects.toMatchObject({ name: 'Unavailable' })
    expect(await count()).toEqual([round + 1, round])
    leader = next === second ? 'second' : 'first'
    await next.createVolume(volume)
    expect(await count()).toEqual([round + 1, round + 1])
  }
})

test('what one has left that led in between is made, though nobody asked meanwhile', async () => {
  let term = 1
  const { client, count, fail, open } = await setup({
    leadingTerm: () => (term === 2 ? undefined : term),
  })
  const between = await open({ leadingTerm: () => (term === 2 ? term : undefined) })
  await client.createVolume(volume)
  term = 2
  fail(WRITES - 2)
  await expect(between.runInstances(launch)).rejects.toMatchObject({ name: 'InternalError' })
  term = 3
  await client.createVolume(volume)
  expect(await count()).toEqual([1, 1])
})

const volume = { AvailabilityZone: 'us-east-1a', Size: 1 }
const region = 'us-east-1'

async function setup(own: Partial<Ec2Options> = {}) {
  const api = await openApi(() => {})
  onTestFinished(api.close)
  let left = Number.POSITIVE_INFINITY
  let refused: string | undefined
  const flaky = failing(api.client, (plural) => {
    if (plural === refused) throw forbidden
    left -= 1
    if (left === -1) throw new Error('The API is away for a moment.')
  })
  const open = async (options: Partial<Ec2Options> = own) => {
    const door = await openDoor(await openEc2Over(flaky, () => {}, options))
    onTestFinished(door.close)
    return door.clientIn(region)
  }
  const client = await open()
  // What an account has from the start is there.
  await client.describeVpcs({})
  const count = async () => {
    const { Reservations = [] } = await client.describeInstances({})
    const { items } = await api.client.list(machines)
    return [Reservations.length, items.length]
  }
  return {
    client,
    count,
    open,
    fail: (write: number) => {
      left = write
    },
    refuse: (plural: string) => {
      refused = plural
    },
  }
}

const forbidden = new StatusError({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  reason: 'Forbidden',
  code: 403,
})

/** A client of which some writes are not made: those at which `pass` throws. */
function failing(client: KubeClient, pass: (plural: string) => void): KubeClient {
  return {
    ...client,
    create: async (kind, ...rest) => {
      // Kinds are made known at each start.
      if (kind.plural !== 'customresourcedefinitions') pass(kind.plural)
      return client.create(kind, ...rest)
    },
    update: async (kind, ...rest) => {
      pass(kind.plural)
      return client.update(kind, ...rest)
    },
    patch: async (kind, ...rest) => {
      pass(kind.plural)
      return client.patch(kind, ...rest)
    },
  }
}
