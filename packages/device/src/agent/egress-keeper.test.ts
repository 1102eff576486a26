import { FirewallFailedError } from '@nexqloud/engine'
import { afterEach, expect, test } from 'vitest'

import { createMemoryDevice, createPod, type MemoryDevice } from '../../test/memory-device.ts'

let device: MemoryDevice
afterEach(() => device.stop())

const web = [{ protocol: 6, from: 443, to: 443, cidr: '0.0.0.0/0' }]

test('a container is held to its passages before it starts, and its rule changes without a restart', async () => {
  const seen: unknown[] = []
  device = createMemoryDevice((engine) => ({
    ...engine,
    startContainer: async (id) => {
      seen.push(egress())
      await engine.startContainer(id)
    },
  }))
  await assign([{ ...createPod('a'), egress: [] }, createPod('b')])
  expect(seen[0]).toEqual({ 'a-web': [] })
  expect(egress()).toEqual({ 'a-web': [] })
  await assign([{ ...createPod('a'), egress: web }, createPod('b')])
  expect(egress()).toEqual({ 'a-web': web })
  await assign([createPod('a'), createPod('b')])
  expect(egress()).toEqual({})
  expect(device.events.filter(({ reason }) => reason === 'Started')).toHaveLength(2)
})

test('who is held to nothing is known to the wall, until nothing is left of it', async () => {
  device = createMemoryDevice()
  await assign([createPod('a', { command: 'resist' }), createPod('b')])
  expect(Object.keys(egress())).toEqual(['a-web', 'b-web'])
  await assign([createPod('b')])
  expect(Object.keys(egress())).toEqual(['a-web', 'b-web'])
  await device.clock.pass(2000)
  expect(Object.keys(egress())).toEqual(['b-web'])
})

test('who is ending is held to it until nothing is left', async () => {
  device = createMemoryDevice()
  await assign([{ ...createPod('a', { command: 'resist' }), egress: web }])
  await assign([])
  expect([await device.running(), egress()]).toEqual([['a-web'], { 'a-web': web }])
  await device.clock.pass(2000)
  expect([await device.running(), egress()]).toEqual([[], {}])
})

test('an agent that was started again holds who runs to what it was told, and who was ending to all', async () => {
  device = createMemoryDevice()
  await assign([
    { ...createPod('a'), egress: web },
    createPod('b', { command: 'resist' }),
    createPod('c'),
  ])
  await device.stop()
  expect(egress()).toEqual({ 'a-web': web })
  const { pods = [], ...book } = (await device.store.load()) ?? {}
  const kept = pods.filter(({ uid }) => uid !== 'b')
  await device.store.save({ term: 1, fences: {}, restarts: {}, ...book, pods: kept })
  device.start()
  await device.clock.pass(0)
  expect(egress()).toEqual({ 'a-web': web, 'b-web': [] })
  await device.clock.pass(60_000)
  expect(egress()).toEqual({ 'a-web': web })
})

test('nothing is started while the firewall cannot be set, and what is to go goes', async () => {
  device = createMemoryDevice()
  await assign([createPod('b')])
  await device.stop()
  const { apply } = device.firewall
  const trouble = { isOn: true }
  Object.assign(device.firewall, {
    apply: async (table: Parameters<typeof apply>[0]) => {
      if (trouble.isOn) throw new FirewallFailedError('nft was not found')
      await apply(table)
    },
  })
  device.start()
  await assign([{ ...createPod('a'), egress: [] }])
  expect(await device.running()).toEqual([])
  expect(device.faults.at(-1)).toMatchObject({ code: 'ENGINE_FIREWALL_FAILED' })
  trouble.isOn = false
  await device.clock.pass(1000)
  expect([await device.running(), egress()]).toEqual([['a-web'], { 'a-web': [] }])
})

let serial = 0

async function assign(pods: readonly ReturnType<typeof createPod>[]): Promise<void> {
  serial += 1
  await device.keeper().assign({ term: 1, serial, pods: [...pods] })
  await device.clock.pass(0)
}

function egress(): Readonly<Record<string, unknown>> {
  const all = device.firewall.egressOf('device') ?? []
  return Object.fromEntries(
    all.map(({ container, passages }) => [
      container.replace('nexqloud_device_', '').replace('_', '-'),
      passages,
    ]),
  )
}
