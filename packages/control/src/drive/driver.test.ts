import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { connectMemoryDevice, factsOf, runningStatus } from '../../test/memory-device.ts'
import { podOf } from '../../test/objects.ts'
import { annotations, labels } from '../object/names.ts'
import type { Node, Pod } from '../object/object.ts'
import { createDriver } from './driver.ts'
import { StaleReportError } from './errors.ts'

test('a device that dials becomes a ready node that says what placement reads', async () => {
  const { driver, node } = await setup()
  connectMemoryDevice(driver, 'device-1')
  const { metadata, spec, status } = await node('device-1', 'True')
  expect(metadata?.labels).toMatchObject({
    [labels.owner]: '0xabc',
    [labels.architecture]: 'amd64',
    [labels.region]: 'eu-central',
  })
  expect(metadata?.annotations?.[annotations.price]).toBe('10000')
  expect(status?.allocatable?.['memory']).toBe('8Gi')
  expect(spec?.taints ?? []).toEqual([])
})

test('a node changes only when something has changed, and keeps what others wrote', async () => {
  const { client, clock, driver, node, failures } = await setup()
  const device = connectMemoryDevice(driver, 'device-1')
  await node('device-1', 'True')
  const mine = { key: 'mine', effect: 'NoSchedule' }
  await client.patch(
    kinds.nodes,
    { name: 'device-1' },
    {
      type: 'merge',
      body: { metadata: { labels: { own: 'yes' } }, spec: { taints: [mine] } },
    },
  )
  const before = await client.get(kinds.nodes, { name: 'device-1' })
  for (let beat = 0; beat < 20; beat += 1) {
    device.session.heartbeat()
    await clock.pass(2000)
  }
  device.session.describe(factsOf())
  await clock.pass(1000)
  expect(await client.get(kinds.nodes, { name: 'device-1' })).toEqual(before)
  device.session.describe(factsOf({ riskBps: 900 }))
  await clock.pass(1000)
  const after = await client.get(kinds.nodes, { name: 'device-1' })
  expect(after.metadata?.annotations?.[annotations.risk]).toBe('900')
  expect(after.metadata?.labels?.['own']).toBe('yes')
  expect(after.spec?.taints).toEqual([mine])
  expect(failures).toEqual([])
})

test('a node says which masternode drives its device, and an event says so once it is another one', async () => {
  const { client, clock, start, node } = await setup()
  for (const identity of ['masternode-1', 'masternode-1', 'masternode-2']) {
    const { driver, stop } = start(identity)
    await clock.pass(0)
    connectMemoryDevice(driver, 'device-1').session.heartbeat()
    await clock.pass(1000)
    const { metadata } = await node('device-1', 'True')
    expect(metadata?.annotations).toMatchObject({ 'nexqloud.io/driver': identity })
    stop()
  }
  const { items } = await client.list(kinds.events)
  const told = items.filter(({ reason }) => reason === 'DeviceDriven')
  expect(told.map(({ message = '' }) => message).toSorted()).toEqual([
    'masternode-1 drives the device.',
    'masternode-2 drives the device; before, masternode-1 did.',
  ])
})

test('a silent device is dark after 10 seconds, lost after 30, and ready again when it is heard', async () => {
  const { clock, driver, node, eventsOf } = await setup()
  const device = connectMemoryDevice(driver, 'device-1')
  await node('device-1', 'True')
  await clock.pass(11_000)
  const dark = await node('device-1', 'Unknown')
  expect(readyOf(dark)?.reason).toBe('DeviceDark')
  expect(dark.spec?.taints).toEqual([
    { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  ])
  await clock.pass(20_000)
  expect(readyOf(await node('device-1', 'Unknown'))?.reason).toBe('DeviceLost')
  device.session.heartbeat()
  await clock.pass(0)
  expect((await node('device-1', 'True')).spec?.taints ?? []).toEqual([])
  await clock.pass(0)
  const reasons = (await eventsOf('device-1')).map((event) => event.split(':')[0])
  expect(new Set(reasons)).toEqual(
    new Set([
      'Normal DeviceDriven',
      'Normal DeviceLive',
      'Warning DeviceDark',
      'Warning DeviceLost',
    ]),
  )
})

test('a pod that is bound is assigned with a fencing token, and its status is written', async () => {
  const { driver, node, bind, pod } = await setup()
  const device = connectMemoryDevice(driver, 'device-1')
  await node('device-1', 'True')
  await bind('web', 'device-1')
  const running = await pod('web', ({ status }) => status?.phase === 'Running')
  expect(running.metadata?.annotations?.[annotations.fencingToken]).toBe('1')
  expect(running.status?.podIP).toBe('10.0.0.2')
  expect(running.status?.conditions?.map(({ type }) => type)).toEqual(['PodScheduled', 'Ready'])
  expect(device.assignments.at(-1)).toMatchObject([{ fencingToken: 1 }])
})

test('a pod that was made with a token keeps it', async () => {
  const { driver, node, bind, pod } = await setup()
  connectMemoryDevice(driver, 'device-1')
  await node('device-1', 'True')
  await bind('web', 'device-1', { [annotations.fencingToken]: '42' })
  const running = await pod('web', ({ status }) => status?.phase === 'Running')
  expect(running.metadata?.annotations?.[annotations.fencingToken]).toBe('42')
})

test('a driver that starts anew keeps tokens, and calls nobody dark before they could dial', async () => {
  const { client, clock, createPod, node, start, failures } = await setup()
  const first = start()
  connectMemoryDevice(first.driver, 'device-1')
  await node('device-1', 'True')
  first.stop()
  await createPod({
    ...podOf('web'),
    metadata: {
      name: 'web',
      namespace: 'default',
      annotations: { [annotations.fencingToken]: '5' },
    },
    spec: {
      ...podOf('web').spec,
      nodeName: 'device-1',
      containers: podOf('web').spec?.containers ?? [],
    },
  })
  const { driver } = start()
  await clock.pass(9000)
  expect(readyOf(await client.get(kinds.nodes, { name: 'device-1' }))?.status).toBe('True')
  const device = connectMemoryDevice(driver, 'device-1')
  await clock.pass(5000)
  expect(device.assignments).toMatchObject([[{ fencingToken: 5 }]])
  expect(readyOf(await client.get(kinds.nodes, { name: 'device-1' }))?.status).toBe('True')
  expect(failures).toEqual([])
})

test('a pod that is deleted ends with its grace on the device, then it is gone', async () => {
  const { client, clock, driver, node, bind, pod, expectGone, failures } = await setup()
  const device = connectMemoryDevice(driver, 'device-1')
  await node('device-1', 'True')
  await bind('web', 'device-1')
  const running = await pod('web', ({ status }) => status?.phase === 'Running')
  device.isObedient = false
  await client.delete(kinds.pods, { namespace: 'default', name: 'web' })
  await clock.pass(0)
  const told = device.assignments.at(-1)?.[0]?.pod.metadata
  expect(told?.deletionGracePeriodSeconds).toBe(30)
  device.report(told?.uid ?? '', { status: { phase: 'Succeeded' }, isGone: true })
  await expectGone(running)
  await clock.pass(0)
  expect(device.assignments.at(-1)).toEqual([])
  // What it said before it heard that is nobody's fault.
  device.report(told?.uid ?? '', { fencingToken: 1 })
  await clock.pass(0)
  expect(failures).toEqual([])
})

test('a device can lie about nothing but its own pods', async () => {
  const { client, clock, driver, node, bind, pod, failures } = await setup()
  const [honest, liar] = ['honest', 'liar'].map((name) => connectMemoryDevice(driver, name))
  await node('honest', 'True')
  await node('liar', 'True')
  await bind('web', 'honest')
  const { metadata } = await pod('web', ({ status }) => status?.phase === 'Running')
  const uid = metadata?.uid ?? ''
  const status = { ...runningStatus(), phase: 'Failed' }
  liar?.report(uid, { status, fencingToken: 1 })
  honest?.report(uid, { status, fencingToken: 0 })
  await clock.pass(0)
  expect(failures.map((failure) => failure instanceof StaleReportError && failure.message)).toEqual(
    [
      `liar reported on pod ${uid}, which is not assigned to it.`,
      `honest reported on pod ${uid}, which has fencing token 1, not 0.`,
    ],
  )
  const conditions = [{ type: 'PodScheduled', status: 'False' }]
  honest?.report(uid, {
    status: { ...runningStatus(), conditions, hostIP: '6.6.6.6', podIP: '10.0.0.9' },
  })
  const told = await pod('web', (each) => each.status?.podIP === '10.0.0.9')
  expect(told.status?.hostIP).toBeUndefined()
  expect(told.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }])
  expect((await client.list(kinds.pods)).items).toHaveLength(1)
})

test('a pod that has ended does not come to life again', async () => {
  const { client, clock, driver, node, bind, pod } = await setup()
  const device = connectMemoryDevice(driver, 'device-1')
  await node('device-1', 'True')
  await bind('job', 'device-1')
  const { metadata } = await pod('job', ({ status }) => status?.phase === 'Running')
  device.report(metadata?.uid ?? '', { status: { phase: 'Succeeded' } })
  await pod('job', ({ status }) => status?.phase === 'Succeeded')
  device.report(metadata?.uid ?? '')
  await clock.pass(1000)
  const now = await client.get(kinds.pods, { namespace: 'default', name: 'job' })
  expect(now.status?.phase).toBe('Succeeded')
})

test('a second link of a device takes the place of the first', async () => {
  const { clock, driver, node, failures } = await setup()
  const first = connectMemoryDevice(driver, 'device-1')
  await node('device-1', 'True')
  const second = connectMemoryDevice(driver, 'device-1')
  first.report('any')
  first.session.close()
  await clock.pass(0)
  expect(second.assignments).toEqual([[]])
  expect(failures).toEqual([])
})

test('logs and commands go over the link, and a device that is away says so', async () => {
  const { driver } = await setup()
  const device = connectMemoryDevice(driver, 'device-1')
  const target = { node: 'device-1', namespace: 'default', pod: 'web', uid: '1', container: 'main' }
  const signal = new AbortController().signal
  const options = {
    follow: false,
    previous: false,
    timestamps: false,
    tailLines: undefined,
    sinceSeconds: undefined,
    sinceTime: undefined,
    limitBytes: undefined,
  }
  const read = (node: string) =>
    text(Readable.from(driver.streams.log({ ...target, node }, options, signal)))
  expect(await read('device-1')).toBe('the log of web on device-1\n')
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const process = { command: ['ls', '/'], isTty: false, stdin: undefined, stdout, stderr, signal }
  expect(await driver.streams.run(target, { ...process, onResize: () => {} })).toBe(7)
  stdout.end()
  expect(await text(stdout)).toBe('ls /')
  await driver.streams.connect(target, 80, signal)
  device.session.close()
  await expect(read('device-1')).rejects.toMatchObject({ code: 'KUBE_SERVICE_UNAVAILABLE' })
})

function readyOf({ status }: Node) {
  return status?.conditions?.find(({ type }) => type === 'Ready')
}

async function setup() {
  const cluster = await openCluster()
  const { client, clock, onFailure, sees, signal, createPod } = cluster
  const start = (identity = 'masternode-1') => {
    const own = new AbortController()
    const driver = createDriver({ client, clock, onFailure, identity })
    void driver.run(AbortSignal.any([signal, own.signal]))
    return { driver, stop: () => own.abort() }
  }
  const pod = (name: string, isWanted: (pod: Pod) => boolean) =>
    sees(kinds.pods, { namespace: 'default', name }, isWanted)
  let only: ReturnType<typeof start>['driver'] | undefined
  return {
    ...cluster,
    start,
    /** The only one, where a test starts none itself. */
    get driver() {
      return (only ??= start().driver)
    },
    pod,
    node: (name: string, status: string) =>
      sees(kinds.nodes, { name }, (node) => readyOf(node)?.status === status),
    bind: async (name: string, node: string, values: Readonly<Record<string, string>> = {}) => {
      await createPod({
        ...podOf(name),
        metadata: { name, namespace: 'default', annotations: values },
      })
      await client.post(
        kinds.pods,
        { namespace: 'default', name, subresource: 'binding' },
        {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name },
          target: { apiVersion: 'v1', kind: 'Node', name: node },
        },
      )
    },
  }
}
