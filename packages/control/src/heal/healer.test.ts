import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { factsOf } from '../../test/memory-device.ts'
import { runsBeside, startNetwork } from '../../test/network.ts'
import { podOf } from '../../test/objects.ts'
import { annotations } from '../object/names.ts'
import type { Pod } from '../object/object.ts'
import { instances } from './instance.ts'

test('an instance on a device that is lost runs on another one, under its name and with a higher token', async () => {
  const { network, pod, dial, cut, pass, instance, eventsOf } = await setup()
  for (const name of ['a', 'b']) dial(name, name)
  await network.createInstance('web')
  const first = await pod('web', runsBeside(''))
  const lost = deviceOf(first)
  expect(tokenOf(first)).toBe('1')
  cut(lost)
  await pass(32)
  const second = await pod('web', runsBeside(lost))
  expect(tokenOf(second)).toBe('2')
  expect(second.metadata?.uid).not.toBe(first.metadata?.uid)
  const { status } = await instance('web')
  expect(status).toMatchObject({ failures: [{ device: lost, reason: 'DeviceLost', times: 1 }] })
  expect(status?.lastStop).toMatchObject({
    cause: 'DeviceLost',
    actor: 'nexqloud-healer',
    evidence: `node ${lost} has the condition Ready with reason DeviceLost`,
    device: lost,
    pod: first.metadata?.uid,
  })
  expect(await eventsOf('web')).toContain(
    `Warning DeviceLost: Stopped: node ${lost} has the condition Ready with reason DeviceLost`,
  )
})

test('a device that returns is told to stop what runs elsewhere by now', async () => {
  const { network, pod, dial, cut, pass } = await setup()
  for (const name of ['a', 'b']) dial(name, name)
  await network.createInstance('web')
  const { spec } = await pod('web', runsBeside(''))
  const lost = spec?.nodeName ?? ''
  cut(lost)
  await pass(32)
  await pod('web', runsBeside(lost))
  const returned = dial(lost, lost)
  await pass(2)
  expect(returned.assignments).toEqual([[]])
})

test('a device that its owner wants empty gets nothing new, and what it has runs elsewhere', async () => {
  const { network, pod, dial, pass, instance } = await setup()
  const devices = new Map(['a', 'b'].map((name) => [name, dial(name, name)]))
  await network.createInstance('web')
  const first = deviceOf(await pod('web', runsBeside('')))
  const { standing, machine } = factsOf({ owner: first })
  devices.get(first)?.session.describe({ standing, machine: { ...machine, isDraining: true } })
  await pass(2)
  await pod('web', runsBeside(first))
  expect((await instance('web')).status?.lastStop).toMatchObject({
    cause: 'DeviceDraining',
    actor: `device/${first}`,
    evidence: `node ${first} has the taint nexqloud.io/draining`,
  })
  expect(devices.get(first)?.assignments.at(-1)).toEqual([])
})

test('one that asks to be told ahead stays so long on a device that is to be empty, and longer where that is taken back', async () => {
  const { network, pod, dial, pass } = await setup()
  const devices = new Map(['a', 'b'].map((name) => [name, dial(name, name)]))
  await network.createInstance('web', {
    metadata: { annotations: { [annotations.noticeSeconds]: '120' } },
  })
  const first = await pod('web', runsBeside(''))
  const device = deviceOf(first)
  const { standing, machine } = factsOf({ owner: device })
  const drain = (isDraining: boolean) =>
    devices.get(device)?.session.describe({ standing, machine: { ...machine, isDraining } })
  drain(true)
  await pass(110)
  drain(false)
  await pass(5)
  drain(true)
  await pass(110)
  const { metadata } = await pod('web', () => true)
  expect(metadata?.uid).toBe(first.metadata?.uid)
  expect(metadata?.deletionTimestamp).toBeUndefined()
  await pass(15)
  expect((await pod('web', runsBeside(device))).metadata?.uid).not.toBe(first.metadata?.uid)
})

test('an instance that its owner halts has no pod until it is started again', async () => {
  const { network, pod, dial, client, expectGone, instance, eventsOf } = await setup()
  dial('a', 'a')
  await network.createInstance('web')
  const first = await pod('web', runsBeside(''))
  const strategy = (runStrategy: string) =>
    client.patch(
      instances,
      { namespace: 'default', name: 'web' },
      {
        type: 'merge',
        body: { spec: { runStrategy } },
      },
    )
  await strategy('Halted')
  await expectGone(first)
  const { status } = await instance('web')
  expect(status).toMatchObject({ failedPods: 0, notBeforeMs: 0 })
  expect(status?.lastStop).toMatchObject({
    cause: 'UserStopped',
    actor: 'user',
    evidence: 'its instance has the runStrategy Halted',
    device: 'a',
    pod: first.metadata?.uid,
  })
  expect(await eventsOf('web')).toContain(
    'Normal UserStopped: Stopped: its instance has the runStrategy Halted',
  )
  await strategy('Always')
  const second = await pod('web', ({ status: now }) => now?.phase === 'Running')
  expect(tokenOf(second)).toBe('2')
  await expect(strategy('Sometimes')).rejects.toMatchObject({ reason: 'Invalid' })
})

test('a dark device keeps its pods', async () => {
  const { network, pod, dial, cut, pass, instance } = await setup()
  for (const name of ['a', 'b']) dial(name, name)
  await network.createInstance('web')
  const { spec, metadata } = await pod('web', runsBeside(''))
  cut(spec?.nodeName ?? '')
  await pass(28)
  expect((await pod('web', () => true)).metadata?.uid).toBe(metadata?.uid)
  expect((await instance('web')).status?.lastStop).toBeUndefined()
})

test('an instance that no device can have waits, saying why, and runs when one comes', async () => {
  const { network, pod, dial, cut, pass } = await setup()
  dial('a', 'a')
  await network.createInstance('web')
  await pod('web', runsBeside(''))
  cut('a')
  await pass(32)
  const waiting = await pod(
    'web',
    ({ status }) => conditionOf(status, 'PodScheduled')?.status === 'False',
  )
  expect(conditionOf(waiting.status, 'PodScheduled')?.message).toContain('blocked by taints')
  dial('b', 'b')
  await pass(1)
  await pod('web', runsBeside('a'))
})

test('a pod that fails is made again elsewhere after a back-off that grows, with the reasons kept', async () => {
  const { network, pod, dial, pass, instance } = await setup()
  const devices = new Map(['a', 'b'].map((name) => [name, dial(name, name)]))
  await network.createInstance('web')
  let before = ''
  for (const waitSeconds of [10, 20]) {
    const { spec, metadata } = await pod('web', runsBeside(before))
    before = spec?.nodeName ?? ''
    const status = { phase: 'Failed', reason: 'PolicyRefused', message: 'host paths are refused' }
    devices.get(before)?.report(metadata?.uid ?? '', { status })
    await pass(waitSeconds - 2)
    expect((await network.pods()).length).toBe(0)
    await pass(3)
  }
  // Until a minute after its failure the first device does not get it again.
  await pass(40)
  await pod('web', runsBeside(before))
  const { status } = await instance('web')
  expect(status?.lastStop).toMatchObject({
    cause: 'PolicyRefused',
    actor: `device/${before}`,
    evidence: 'host paths are refused',
  })
  expect(status?.failedPods).toBe(2)
})

test('a pod that nobody makes again has failed, and its device is told to stop it', async () => {
  const { client, createPod, pod, dial, cut, pass } = await setup()
  dial('a', 'a')
  await createPod(podOf('bare'))
  await pod('bare', runsBeside(''))
  cut('a')
  await pass(32)
  const failed = await pod('bare', ({ status }) => status?.phase === 'Failed')
  expect(failed.status).toMatchObject({ reason: 'DeviceLost' })
  expect(conditionOf(failed.status, 'DisruptionTarget')).toMatchObject({
    status: 'True',
    message: 'nexqloud-healer: node a has the condition Ready with reason DeviceLost',
  })
  const returned = dial('a', 'a')
  await pass(2)
  expect(returned.assignments).toEqual([[]])
  expect((await client.list(kinds.pods)).items).toHaveLength(1)
})

test('what was being deleted on a device that is lost goes with it', async () => {
  const { client, createPod, pod, dial, cut, pass, expectGone } = await setup()
  const device = dial('a', 'a')
  await createPod(podOf('bare'))
  const running = await pod('bare', runsBeside(''))
  device.isObedient = false
  cut('a')
  await client.delete(kinds.pods, { namespace: 'default', name: 'bare' })
  await pass(32)
  await expectGone(running)
})

test('an instance that is deleted takes its pod with it', async () => {
  const { client, network, pod, dial, pass, expectGone } = await setup()
  dial('a', 'a')
  await network.createInstance('web')
  const running = await pod('web', runsBeside(''))
  await client.delete(instances, { namespace: 'default', name: 'web' })
  await pass(1)
  await expectGone(running)
})

test('an instance that the API refuses as a pod says so', async () => {
  const { network, pass, eventsOf } = await setup()
  await network.createInstance('web', { spec: { containers: [] } })
  await pass(1)
  expect((await eventsOf('web'))[0]).toContain('Warning FailedCreate: Pod "web" is invalid')
})

const deviceOf = ({ spec }: Pod) => spec?.nodeName ?? ''
const tokenOf = ({ metadata }: Pod) => metadata?.annotations?.[annotations.fencingToken]

function conditionOf(status: Pod['status'], type: string) {
  return status?.conditions?.find((condition) => condition.type === type)
}

async function setup() {
  const cluster = await openCluster()
  const { client, clock } = cluster
  const network = startNetwork({ ...cluster, passMs: clock.pass })
  // The kind has to be known before a test uses it.
  await clock.pass(0)
  const pods = async () => (await client.list(kinds.pods)).items
  return { ...cluster, ...network, network: { ...network, pods } }
}
