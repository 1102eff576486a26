import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { asking, nodeOf, podOf } from '../../test/objects.ts'
import { defineDisks, disks } from '../disk/disk.ts'
import { annotations, labels } from '../object/names.ts'
import type { Pod } from '../object/object.ts'
import { runScheduler } from './scheduler.ts'

test('a pod that asks for it is bound, and an event says where', async () => {
  const { createNode, createPod, bound, eventsOf, seesEvents } = await setup()
  await createNode(nodeOf('device-1'))
  await createPod(podOf('web'))
  await createPod({
    ...podOf('other'),
    spec: {
      ...podOf('x').spec,
      schedulerName: 'else',
      containers: podOf('x').spec?.containers ?? [],
    },
  })
  expect(await bound('web')).toBe('device-1')
  await seesEvents(1)
  expect(await eventsOf('web')).toEqual([
    'Normal Scheduled: Assigned default/web to device-1, the one with room that costs least',
  ])
  expect(await eventsOf('other')).toEqual([])
})

test('a pod goes only where there are as many CPUs as it may use at once, whatever is set aside for it', async () => {
  const { createNode, createPod, bound, blocked } = await setup()
  await createNode(nodeOf('device-1'))
  const bursting = {
    containers: [
      {
        name: 'main',
        image: 'example.com/one:1',
        resources: { requests: { cpu: '1' }, limits: { cpu: '8' } },
      },
    ],
  }
  await createPod(podOf('web', bursting))
  expect(await blocked('web')).toMatchObject({
    message:
      'blocked by cores: the largest machine with room has 4 CPU, a container may use 8 CPU at once',
  })
  const capacity = { cpu: '8', memory: '6Gi', pods: '10' }
  await createNode(nodeOf('device-2', { status: { capacity } }))
  expect(await bound('web')).toBe('device-2')
})

test('a pod that fits nowhere says why, and is bound when a device comes that has the room', async () => {
  const { createNode, createPod, bound, blocked, eventsOf, seesEvents } = await setup()
  await createNode(nodeOf('small'))
  await createPod(podOf('big', asking({ memory: '8Gi' })))
  const message = 'blocked by memory: the largest free device has 6 GiB, asked 8 GiB'
  expect(await blocked('big')).toMatchObject({ reason: 'Unschedulable', message })
  await seesEvents(1)
  expect(await eventsOf('big')).toEqual([`Warning FailedScheduling: ${message}`])
  const allocatable = { cpu: '8', memory: '16Gi', 'ephemeral-storage': '1Gi', pods: '10' }
  await createNode(nodeOf('large', { status: { allocatable } }))
  expect(await bound('big')).toBe('large')
})

test('what pods have taken is not given again, until they end', async () => {
  const { client, createNode, createPod, bound, blocked } = await setup()
  await createNode(nodeOf('device-1'))
  await createPod(podOf('a', asking({ cpu: '3' })))
  await bound('a')
  await createPod(podOf('b', asking({ cpu: '1500m' })))
  expect(await blocked('b')).toMatchObject({
    message: 'blocked by cpu: the largest free device has 1 CPU, asked 1.5 CPU',
  })
  await client.patch(
    kinds.pods,
    { namespace: 'default', name: 'a', subresource: 'status' },
    {
      type: 'merge',
      body: { status: { phase: 'Succeeded' } },
    },
  )
  expect(await bound('b')).toBe('device-1')
})

test('a scheduler that starts anew counts what is bound already', async () => {
  const { createNode, createPod, bound, blocked, start } = await setup({ isStarted: false })
  await createNode(nodeOf('device-1'))
  await createPod({
    ...podOf('a'),
    spec: {
      ...podOf('a', asking({ cpu: '3' })).spec,
      nodeName: 'device-1',
      containers: asking({ cpu: '3' }).containers,
    },
  })
  await createPod(podOf('b', asking({ cpu: '2' })))
  start()
  expect((await blocked('b'))?.message).toContain('has 1 CPU, asked 2 CPU')
  expect(await bound('a')).toBe('device-1')
})

test('replicas go to different owners', async () => {
  const { createNode, createPod, bound, eventsOf, seesEvents } = await setup()
  const owned = (owner: string) => ({ metadata: { labels: { [labels.owner]: owner } } })
  for (const name of ['a1', 'a2']) await createNode(nodeOf(name, owned('a')))
  await createNode(nodeOf('b1', owned('b')))
  const metadata = { namespace: 'default', labels: { [labels.group]: 'web' } }
  for (const name of ['w1', 'w2'])
    await createPod({ ...podOf(name), metadata: { ...metadata, name } })
  const places = await Promise.all([bound('w1'), bound('w2')])
  expect(new Set(places.map((place) => place?.[0]))).toEqual(new Set(['a', 'b']))
  await seesEvents(2)
  expect((await eventsOf('w1'))[0]).toMatch(
    /, of those farthest from its replicas the one that costs least$/,
  )
})

test('a pod goes back where it failed lately if that is the only device', async () => {
  const { createNode, createPod, bound, eventsOf, seesEvents } = await setup()
  await createNode(nodeOf('device-1'))
  const failures = JSON.stringify([{ device: 'device-1', reason: 'DeviceLost', untilMs: 60_000 }])
  await createPod({
    ...podOf('web'),
    metadata: {
      name: 'web',
      namespace: 'default',
      annotations: { [annotations.failures]: failures },
    },
  })
  expect(await bound('web')).toBe('device-1')
  await seesEvents(1)
  expect((await eventsOf('web'))[0]).toMatch(
    /to device-1, though it met DeviceLost there: no other one has room$/,
  )
})

test.each<[string, Partial<NonNullable<Pod['spec']>>]>([
  ['spec.affinity', { affinity: { nodeAffinity: {} } }],
  ['resources.requests[nvidia.com/gpu]', asking({ 'nvidia.com/gpu': '1' })],
])('a pod with %s is refused rather than misunderstood', async (field, spec) => {
  const { createNode, createPod, blocked } = await setup()
  await createNode(nodeOf('device-1'))
  await createPod(podOf('web', spec))
  expect((await blocked('web'))?.message).toContain(`blocked by ${field}: it is not supported here`)
})

test('a node that is not ready, or cordoned, gets nothing', async () => {
  const { client, createNode, createPod, blocked, bound } = await setup()
  const conditions = [{ type: 'Ready', status: 'Unknown' }]
  await createNode(nodeOf('dark', { status: { conditions } }))
  await createNode(nodeOf('cordoned', { spec: { unschedulable: true } }))
  await createPod(podOf('web'))
  expect((await blocked('web'))?.message).toContain('e.g. node.kubernetes.io/not-ready:NoSchedule')
  await client.patch(
    kinds.nodes,
    { name: 'cordoned' },
    {
      type: 'merge',
      body: { spec: { unschedulable: null } },
    },
  )
  expect(await bound('web')).toBe('cordoned')
})

test('a thousand pods over a hundred devices: all are bound, none of the devices is overcommitted', async () => {
  const { client, createNode, createPod, start } = await setup({ isStarted: false })
  const allocatable = { cpu: '5', memory: '100Gi', 'ephemeral-storage': '1Gi', pods: '20' }
  for (let index = 0; index < 100; index += 1) {
    await createNode(nodeOf(`device-${index}`, { status: { allocatable } }))
  }
  const names = Array.from({ length: 1000 }, (_, index) => `pod-${index}`)
  for (const name of names) await createPod(podOf(name, asking({ cpu: '500m' })))
  const stop = new AbortController()
  const { resourceVersion } = await client.list(kinds.pods)
  start()
  const counts = new Map<string, number>()
  let left = names.length
  for await (const { object } of client.watch(kinds.pods, {
    resourceVersion,
    signal: stop.signal,
  })) {
    const node = object.spec?.nodeName
    if (node === undefined) continue
    counts.set(node, (counts.get(node) ?? 0) + 1)
    left -= 1
    if (left === 0) break
  }
  stop.abort()
  expect(new Set(counts.values())).toEqual(new Set([10]))
})

test('a pod whose disk is on a device goes there alone, and waits where that one is away', async () => {
  const { createNode, createPod, createDisk, bound, blocked } = await setup()
  const disked = { metadata: { labels: { [labels.disks]: 'true' } } }
  await createNode(nodeOf('device-1', disked))
  await createDisk('vol-1', 'web', 'device-2')
  await createPod(podOf('web'))
  expect(await blocked('web')).toMatchObject({
    message: 'blocked by disks: their device is not connected; vol-1 is on device-2 alone',
  })
  await createNode(nodeOf('device-2', disked))
  expect(await bound('web')).toBe('device-2')
})

test('a pod with a disk goes where disks can be, with the room for it', async () => {
  const { createNode, createPod, createDisk, bound, blocked } = await setup()
  await createNode(nodeOf('device-1'))
  await createDisk('vol-1', 'web')
  await createPod(podOf('web'))
  expect(await blocked('web')).toMatchObject({ message: expect.stringContaining('by disks') })
  const metadata = { labels: { [labels.disks]: 'true' } }
  const allocatable = { cpu: '4', memory: '6Gi', 'ephemeral-storage': '1Gi', pods: '10' }
  await createNode(nodeOf('device-2', { metadata, status: { allocatable } }))
  await createNode(nodeOf('device-3', { metadata }))
  expect(await bound('web')).toBe('device-3')
})

test('a pod whose disks are on two devices says so', async () => {
  const { createNode, createPod, createDisk, blocked } = await setup()
  await createNode(nodeOf('device-1'))
  await createDisk('vol-1', 'web', 'device-1')
  await createDisk('vol-2', 'web', 'device-2')
  await createPod(podOf('web'))
  const { message = '' } = (await blocked('web')) ?? {}
  for (const word of ['vol-1 ', 'vol-2 ', 'device-1', 'device-2']) expect(message).toContain(word)
})

async function setup({ isStarted = true } = {}) {
  const cluster = await openCluster()
  const { client, clock, onFailure, sees, signal } = cluster
  await defineDisks(client)
  const start = (): void => {
    void runScheduler({ client, clock, onFailure }, signal)
  }
  if (isStarted) start()
  const at = (name: string) => ({ namespace: 'default', name })
  const createDisk = async (name: string, instance: string, device?: string): Promise<void> => {
    const spec = { sizeBytes: 8 * 2 ** 30, attachment: { instance, at: 'sdf' } }
    await client.create(disks, { namespace: 'default' }, { metadata: at(name), spec })
    if (device === undefined) return
    const status = { ...at(name), subresource: 'status' }
    await client.patch(disks, status, { type: 'merge', body: { status: { device } } })
    await sees(disks, at(name), (disk) => disk.status?.device === device)
  }
  const conditionOf = ({ status }: Pod) =>
    status?.conditions?.find(
      ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
    )
  return {
    ...cluster,
    start,
    createDisk,
    bound: async (name: string) =>
      (await sees(kinds.pods, at(name), ({ spec }) => Boolean(spec?.nodeName))).spec?.nodeName,
    blocked: async (name: string) =>
      conditionOf(await sees(kinds.pods, at(name), (pod) => conditionOf(pod) !== undefined)),
    /** Resolves when so many events are there. */
    seesEvents: async (count: number) => {
      for (;;) {
        const { items } = await client.list(kinds.events)
        if (items.length >= count) return
        await clock.pass(0)
      }
    },
  }
}
