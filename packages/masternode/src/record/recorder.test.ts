import { instanceLogs, instanceRecords, instances } from '@nexqloud/control'
import type { ContainerId } from '@nexqloud/engine'
import { DatabaseDamagedError, openRecordStore, type RecordStore } from '@nexqloud/store'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { createInstance, podIsReady, soon, web } from '../../test/instance.ts'
import { openRecordLab, shared } from '../../test/record-lab.ts'

let store: RecordStore

beforeAll(async () => {
  store = await openRecordStore({ folder: undefined })
}, 60_000)
// All tests have one instance of one name.
beforeEach(() => store.prune(new Date(Date.now() + 365 * 86_400_000)))
afterAll(() => store.close())

const subject = { subject: 'instance', ...web } as const

test('the log of a container stays when its device and its engine are gone', async () => {
  const lab = await openRecordLab(shared(store))
  const agent = await lab.join('device-1')
  await createInstance(lab.client)
  const pod = await podIsReady(lab.client)
  await vi.waitFor(async () => {
    const { lines } = await lab.client.get(instanceLogs, { ...web, subresource: 'log' })
    expect(lines.map(({ text }) => text)).toEqual(['one', 'two'])
  }, soon)
  await agent.stop()
  await vi.waitFor(async () => expect(await lab.readLog(pod)).toBe('one\ntwo\n'), soon)
  expect(await lab.readLog(pod, { tailLines: 1, timestamps: true })).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z two\n$/,
  )
  await lab.client.delete(instances, web)
  await vi.waitFor(async () => {
    const { events, logs } = await lab.client.get(instanceRecords, web)
    expect(events.map(({ cause }) => cause)).toContain('Scheduled')
    expect(logs).toMatchObject([{ pod: pod.metadata?.uid, device: 'device-1' }])
  }, soon)
})

test('the log of the pod before is told when the previous one is asked for', async () => {
  const lab = await openRecordLab(shared(store))
  const agents = [await lab.join('device-1'), await lab.join('device-2')]
  await createInstance(lab.client)
  const first = await podIsReady(lab.client)
  await vi.waitFor(async () => {
    expect(await store.listStreams(web)).toMatchObject([{ podUid: first.metadata?.uid }])
  }, soon)
  agents.find(({ name }) => name === first.spec?.nodeName)?.drain.set(true)
  const second = await podIsReady(lab.client, first.spec?.nodeName)
  const [line] = (await lab.readLog(second, { previous: true, timestamps: true })).split('\n')
  const [recorded] = await store.readLines(
    { podUid: first.metadata?.uid ?? '', container: 'main' },
    1,
  )
  expect(line?.slice(0, 20)).toBe(recorded?.at.slice(0, 20))
  await vi.waitFor(async () => {
    const stop = (await store.readEvents(subject, 100)).find(({ evidence }) => evidence !== '')
    expect(stop).toMatchObject({ podUid: first.metadata?.uid, device: first.spec?.nodeName })
  }, soon)
})

test('while the database is away everything runs, and nothing is missing when it is back', async () => {
  const lab = await openRecordLab(shared(store), { isAway: true })
  await lab.join('device-1')
  await createInstance(lab.client)
  const pod = await podIsReady(lab.client)
  expect(await lab.readLog(pod)).toBe('one\ntwo\n')
  const asking = lab.client.get(instanceRecords, web)
  await expect(asking).rejects.toMatchObject({ code: 'KUBE_SERVICE_UNAVAILABLE' })
  lab.setAway(false)
  const key = { podUid: pod.metadata?.uid ?? '', container: 'main' }
  await vi.waitFor(async () => {
    expect((await store.readLines(key, 10)).map(({ text }) => text)).toEqual(['one', 'two'])
  }, soon)
  lab.setAway(true)
  await lab.client.delete(instances, web)
  await vi.waitFor(() => expect(lab.failures).toHaveLength(2), soon)
  lab.setAway(false)
  await vi.waitFor(() => expect(lab.outages).toHaveLength(2), soon)
  await vi.waitFor(async () => {
    const causes = (await store.readEvents(subject, 100)).map(({ cause }) => cause)
    expect(causes).toEqual(expect.arrayContaining(['Scheduled']))
  }, soon)
  expect(await store.readOutages(new Date(0))).toMatchObject(lab.outages)
  expect(lab.failures.every((failure) => failure.startsWith('record: DatabaseAwayError'))).toBe(
    true,
  )
})

test('a database that had to be begun anew says so in the record, and goes on', async () => {
  const cause = new Error('Aborted')
  const begunAnew = new DatabaseDamagedError({ folder: 'record', aside: 'record.damaged', cause })
  const lab = await openRecordLab(shared({ ...store, begunAnew }))
  await vi.waitFor(() => expect(lab.outages).toHaveLength(1), soon)
  const [told] = (await store.readOutages(new Date(0))).slice(-1)
  expect(told?.why).toContain('What was in it lies in record.damaged.')
  expect(lab.failures).toEqual([`record: ${String(begunAnew)}`])
})

test('what is noted of a device is written once the database is there, once for each key', async () => {
  const lab = await openRecordLab(shared(store), { isAway: true })
  const device = { subject: 'device', namespace: '', name: 'device-7' } as const
  const event = {
    ...device,
    podUid: '',
    device: 'device-7',
    type: 'Warning',
    cause: 'ScoreChanged',
    actor: 'masternode 1',
    message: 'It was measured again, and has changed: CPU 1000 to 400.',
    evidence: '900 thousand hashes a second',
    at: new Date(),
  }
  for (const key of ['one', 'two', 'two']) lab.note({ ...event, key })
  lab.setAway(false)
  await vi.waitFor(async () => {
    const events = await store.readEvents(device, 10)
    expect(events.map(({ cause }) => cause)).toEqual(['ScoreChanged', 'ScoreChanged'])
  }, soon)
})

test('what happened to the masternode itself is a line of its own record', async () => {
  const lab = await openRecordLab(shared(store), { isAway: true })
  const at = new Date()
  lab.tell({ cause: 'ChainAway', message: 'The chain was not reached.', at })
  lab.setAway(false)
  const own = { subject: 'masternode', namespace: '', name: 'masternode-1' } as const
  await vi.waitFor(async () => {
    const told = { type: 'Warning', cause: 'ChainAway', actor: 'masternode-1', at }
    expect(await store.readEvents(own, 10)).toMatchObject([told])
  }, soon)
})

test('a container that somebody holds behind the agent’s back is told of once, and when it runs again', async () => {
  const lab = await openRecordLab(shared(store))
  const agent = await lab.join('device-1')
  await createInstance(lab.client)
  await podIsReady(lab.client)
  const [id] = await agent.containers()
  const probes = async () => {
    const events = await store.readEvents(subject, 100)
    return events.filter(({ cause }) => cause.startsWith('Probe'))
  }
  agent.machine.disguise(id as ContainerId, 'held')
  await vi.waitFor(async () => expect(await probes()).toHaveLength(1), soon)
  const [failed] = await probes()
  expect(failed).toMatchObject({
    cause: 'ProbeFailed',
    actor: 'masternode 1',
    device: 'device-1',
    evidence: 'held',
  })
  expect(failed?.message).toMatchInlineSnapshot(
    `"device-1 says that it runs, but its container is kept from running, by somebody outside of it: its seconds are not witnessed, until a probe finds it running."`,
  )
  expect((await podIsReady(lab.client)).status?.phase).toBe('Running')
  agent.machine.disguise(id as ContainerId)
  await vi.waitFor(async () => expect(await probes()).toHaveLength(2), soon)
  expect((await probes()).map(({ cause }) => cause)).toEqual(['ProbeFailed', 'ProbeHolds'])
})
