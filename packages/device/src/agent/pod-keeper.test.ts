import { FirewallFailedError } from '@nexqloud/engine'
import { afterEach, expect, test } from 'vitest'

import { createMemoryDevice, createPod, type MemoryDevice } from '../../test/memory-device.ts'
import { createMemoryBookStore } from '../book/book-store.ts'

let device: MemoryDevice
afterEach(() => device.stop())

test('runs what is assigned, and says so', async () => {
  device = createMemoryDevice()
  await assign([createPod('a'), createPod('b', { containers: ['web', 'side'] })])
  expect(await device.running()).toEqual(['a-web', 'b-side', 'b-web'])
  expect(device.phases()).toEqual({ a: 'Running', b: 'Running' })
  const last = device.reports.findLast(({ uid }) => uid === 'a')
  expect(last).toMatchObject({
    namespace: 'acme',
    token: 1,
    status: {
      conditions: [
        { type: 'Initialized', status: 'True' },
        { type: 'ContainersReady', status: 'True' },
        { type: 'Ready', status: 'True' },
      ],
      containerStatuses: [{ name: 'web', ready: true, restartCount: 0, state: { running: {} } }],
    },
  })
  expect(device.events.filter(({ uid }) => uid === 'a').map(({ reason }) => reason)).toEqual([
    'Pulling',
    'Pulled',
    'Created',
    'Started',
  ])
})

test('stops what is no longer assigned, and leaves nothing of it', async () => {
  device = createMemoryDevice()
  await assign([createPod('a')])
  await assign([])
  expect([await device.engine.listContainers(), await device.engine.listNetworks()]).toEqual([
    [],
    [],
  ])
})

test('starts what ended again, later each time, and says why it waits', async () => {
  device = createMemoryDevice()
  await assign([createPod('a', { command: 'fail' })])
  const [status] = device.reports.at(-1)?.status.containerStatuses ?? []
  expect(status).toMatchObject({
    restartCount: 1,
    state: {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: 'Starts again 10 s after its end: Error, exit code 7.',
      },
    },
    lastState: { terminated: { exitCode: 7, reason: 'Error' } },
  })
  await device.clock.pass(10_000)
  expect(restartsOf('a')).toBe(2)
  await device.clock.pass(19_000)
  expect(restartsOf('a')).toBe(2)
  await device.clock.pass(1000)
  expect(restartsOf('a')).toBe(3)
})

test.each([
  ['finish', 'Never', 'Succeeded'],
  ['fail', 'Never', 'Failed'],
  ['finish', 'OnFailure', 'Succeeded'],
  ['fail', 'OnFailure', 'Running'],
])('a pod that should %s, restarted %s, is %s', async (command, restartPolicy, phase) => {
  device = createMemoryDevice()
  await assign([createPod('a', { command, spec: { restartPolicy } })])
  expect(device.phases()).toEqual({ a: phase })
})

test('says why an image is not here, and asks for it again', async () => {
  device = createMemoryDevice()
  await assign([createPod('a', { image: 'registry.test/a/secret:1' })])
  expect(device.reports.at(-1)?.status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [
      {
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: expect.stringContaining('ImageUnauthorized'),
          },
        },
      },
    ],
  })
  const credentials = { 'registry.test': { username: 'u', password: 'p' } }
  await assign([{ ...createPod('a', { image: 'registry.test/a/secret:1' }), credentials }])
  await device.clock.pass(10_000)
  expect(device.phases()).toEqual({ a: 'Running' })
})

test('refuses a pod that asks for the machine, naming the field', async () => {
  device = createMemoryDevice()
  await assign([createPod('a', { spec: { hostNetwork: true } }), createPod('b')])
  expect(device.phases()).toEqual({ a: 'Failed', b: 'Running' })
  const refused = device.reports.findLast(({ uid }) => uid === 'a')?.status
  expect(refused?.reason).toBe('PodRefused')
  expect(refused?.message).toContain('spec.hostNetwork')
})

test('a command that cannot be run is waited for as any that fails', async () => {
  device = createMemoryDevice()
  await assign([createPod('a', { command: 'nothing' })])
  await device.clock.pass(100)
  expect(restartsOf('a')).toBe(1)
  expect(device.reports.at(-1)?.status.containerStatuses[0]?.lastState.terminated).toMatchObject({
    reason: 'StartError',
  })
})

test('an agent that is started again obeys what is on its disk, and touches nothing that runs', async () => {
  device = createMemoryDevice()
  await assign([createPod('a'), createPod('b', { command: 'fail' })])
  const before = await startsOf()
  const restarts = restartsOf('b')
  await device.stop()
  device.reports.length = 0
  device.start()
  await device.clock.pass(100)
  expect(await startsOf()).toEqual(before)
  expect(device.phases()).toEqual({ a: 'Running', b: 'Running' })
  expect(restartsOf('b')).toBe(restarts)
})

test('what ended while no agent ran is not started before a masternode had time to say whether it is wanted', async () => {
  device = createMemoryDevice()
  await assign([createPod('a')])
  const reboot = async (): Promise<void> => {
    await device.stop()
    for (const { id } of await device.engine.listContainers())
      await device.engine.stopContainer(id, 0)
    device.start()
  }
  await reboot()
  await device.clock.pass(14_000)
  expect(await device.running()).toEqual([])
  await device.clock.pass(2000)
  expect(await device.running()).toEqual(['a-web'])
  await reboot()
  await assign([createPod('a')])
  await device.clock.pass(10_000)
  expect(await device.running()).toEqual(['a-web'])
  await reboot()
  await assign([])
  expect(await device.engine.listContainers()).toEqual([])
})

test('an agent that remembers nothing touches nothing until it is told what is wanted', async () => {
  device = createMemoryDevice()
  await assign([createPod('a')])
  await device.stop()
  device.start(createMemoryBookStore())
  await device.clock.pass(60_000)
  expect(await device.running()).toEqual(['a-web'])
  await assign([])
  expect(await device.running()).toEqual([])
})

test('a pod of the same name begins once nothing is left of the one before', async () => {
  device = createMemoryDevice()
  await assign([createPod('old', { name: 'web', token: 1 })])
  await assign([createPod('new', { name: 'web', token: 2 })])
  expect(await device.running()).toEqual(['new-web'])
  expect(device.inventories.at(-1)).toEqual(['new'])
})

test('the containers of a pod are restarted with the first one, whose network they share', async () => {
  device = createMemoryDevice()
  await assign([createPod('a', { containers: ['web', 'side'] })])
  const before = await startsOf()
  await device.clock.pass(5000)
  const first = (await device.engine.listContainers()).find(({ name }) => name.endsWith('web'))
  if (first === undefined) throw new Error('Nothing runs.')
  await device.engine.stopContainer(first.id, 1)
  await device.clock.pass(500)
  expect(await device.running()).toEqual(['a-side', 'a-web'])
  const after = await startsOf()
  expect(after.every((startedAtMs, number) => startedAtMs !== before[number])).toBe(true)
})

test('what the engine refuses to start is told, and tried again', async () => {
  let isOpen = true
  device = createMemoryDevice((engine) => ({
    ...engine,
    startContainer: async (id) => {
      if (isOpen) throw new FirewallFailedError('nft is missing')
      await engine.startContainer(id)
    },
  }))
  await assign([createPod('a')])
  const waiting = device.reports.at(-1)?.status.containerStatuses[0]?.state.waiting
  expect(waiting?.reason).toBe('RunContainerError')
  expect(waiting?.message).toMatchInlineSnapshot(
    `"The firewall could not be set: nft is missing Run as root on a Linux with nftables (Debian, Ubuntu: apt-get install nftables). No container may start before. It is tried again in 10 s."`,
  )
  isOpen = false
  await device.clock.pass(10_000)
  expect(device.phases()).toEqual({ a: 'Running' })
})

test('a container whose image is changed is replaced once the new image is here', async () => {
  device = createMemoryDevice()
  const containers = ['web', 'side']
  await assign([createPod('a', { containers })])
  const before = new Set((await device.engine.listContainers()).map(({ id }) => id))
  await assign([createPod('a', { containers, image: 'registry.test/a/none:1' })])
  await device.clock.pass(60_000)
  expect(new Set((await device.engine.listContainers()).map(({ id }) => id))).toEqual(before)
  await assign([createPod('a', { containers, image: 'registry.test/a/web:2' })])
  await device.clock.pass(300_000)
  expect(await device.running()).toEqual(['a-side', 'a-web'])
  expect((await device.engine.listContainers()).filter(({ id }) => before.has(id))).toEqual([])
  const status = device.reports.at(-1)?.status
  expect(status?.containerStatuses.map(({ image, restartCount }) => [image, restartCount])).toEqual(
    [
      ['registry.test/a/web:2', 1],
      ['registry.test/a/web:2', 1],
    ],
  )
})

test('a container that somebody else removed is made again, also one that never started', async () => {
  device = createMemoryDevice()
  await assign([createPod('a'), createPod('b', { command: 'nothing' })])
  for (const { id } of await device.engine.listContainers()) {
    const removed = device.engine.removeContainer(id)
    await device.clock.pass(0)
    await removed
  }
  await device.clock.pass(60_000)
  expect(await device.running()).toEqual(['a-web'])
  expect(await device.engine.listContainers()).toHaveLength(2)
  expect(restartsOf('b')).toBeGreaterThan(1)
})

test('counts the seconds that it saw a pod run', async () => {
  device = createMemoryDevice()
  await assign([createPod('a')])
  await device.clock.pass(45_000)
  device.keeper().reportAll()
  expect(device.reports.at(-1)?.secondsRunning).toBe(45.5)
})

test('tells of which pods something is here, also after an assignment that changes nothing', async () => {
  device = createMemoryDevice()
  await assign([createPod('a')])
  expect(device.inventories.at(-1)).toEqual(['a'])
  await assign([])
  expect(device.inventories.at(-1)).toEqual([])
  const told = device.inventories.length
  await Promise.all([assign([createPod('b')]), assign([])])
  expect(device.inventories.length).toBeGreaterThan(told)
  expect(device.inventories.at(-1)).toEqual([])
})

test('a pod is held until its containers are gone', async () => {
  device = createMemoryDevice()
  await assign([createPod('a', { command: 'resist' })])
  await assign([])
  expect(device.inventories.at(-1)).toEqual(['a'])
  await device.clock.pass(2000)
  expect(device.inventories.at(-1)).toEqual([])
})

let serial = 0
async function assign(pods: readonly ReturnType<typeof createPod>[]): Promise<void> {
  serial += 1
  await device.keeper().assign({ term: 1, serial, pods: [...pods] })
  await device.clock.pass(500)
}

function restartsOf(uid: string): number | undefined {
  const last = device.reports.findLast((report) => report.uid === uid)
  return last?.status.containerStatuses[0]?.restartCount
}

async function startsOf(): Promise<readonly (number | undefined)[]> {
  const containers = await device.engine.listContainers()
  const found = await Promise.all(containers.map(({ id }) => device.engine.inspectContainer(id)))
  return found.map(({ startedAtMs }) => startedAtMs)
}
