import { afterEach, expect, test } from 'vitest'

import { createMemoryDevice, createPod, type MemoryDevice } from '../../test/memory-device.ts'
import type { Assignment } from '../protocol/assignment.ts'

let device: MemoryDevice
afterEach(() => device.stop())

test('a pod ends within the grace that it is given, whatever its specification says', async () => {
  device = createMemoryDevice()
  await assign({ pods: [createPod('a', { command: 'resist' })] })
  await assign({ pods: [], ending: [{ uid: 'a', graceSeconds: 0 }] })
  expect(device.inventories.at(-1)).toEqual([])
})

test('a pod that its masternode knows nothing of any more ends within seconds, as it runs elsewhere', async () => {
  device = createMemoryDevice()
  const spec = { terminationGracePeriodSeconds: 3600 }
  await assign({ pods: [createPod('a', { command: 'resist', spec })] })
  await assign({ pods: [] })
  await device.clock.pass(6000)
  expect(device.inventories.at(-1)).toEqual([])
})

test('a pod that is stopped for its owner has its own grace', async () => {
  device = createMemoryDevice()
  const spec = { terminationGracePeriodSeconds: 20 }
  await assign({ pods: [createPod('a', { command: 'resist', spec })] })
  device.keeper().giveUp(true)
  await device.clock.pass(15_000)
  expect(device.inventories.at(-1)).toEqual(['a'])
  await device.clock.pass(6000)
  expect(device.inventories.at(-1)).toEqual([])
})

test('a pod that was ending when its agent was started again has its own grace until it is known what is wanted', async () => {
  device = createMemoryDevice()
  const spec = { terminationGracePeriodSeconds: 20 }
  await assign({ pods: [createPod('a', { command: 'resist', spec })] })
  await device.stop()
  const book = await device.store.load()
  if (book !== undefined) await device.store.save({ ...book, pods: [] })
  device.start()
  await device.clock.pass(15_000)
  expect(device.inventories.at(-1)).toEqual(['a'])
  await device.clock.pass(6000)
  expect(device.inventories.at(-1)).toEqual([])
})

test('a container that is seen running before its start has returned is ready all the same', async () => {
  const returned = Promise.withResolvers<void>()
  device = createMemoryDevice((engine) => ({
    ...engine,
    startContainer: async (id) => {
      await engine.startContainer(id)
      await returned.promise
    },
  }))
  await assign({ pods: [createPod('a')] })
  returned.resolve()
  await device.clock.pass(500)
  const [status] = device.reports.at(-1)?.status.containerStatuses ?? []
  expect(status).toMatchObject({ state: { running: {} }, started: true, ready: true })
})

test('starts what it has made before it looks again', async () => {
  const started = Promise.withResolvers<void>()
  let isMade = false
  device = createMemoryDevice((engine) => ({
    ...engine,
    createContainer: async (specification) => {
      const id = await engine.createContainer(specification)
      isMade = true
      return id
    },
    listContainers: async (labels) => {
      if (isMade) await started.promise
      return engine.listContainers(labels)
    },
    startContainer: async (id) => {
      await engine.startContainer(id)
      started.resolve()
    },
  }))
  await assign({ pods: [createPod('a')] })
  const isRunning = device.phases()['a'] === 'Running'
  started.resolve()
  expect(isRunning).toBe(true)
})

test('what gives way to a copy of its disk ends what it runs, and runs again what it is assigned', async () => {
  device = createMemoryDevice()
  await assign({ pods: [createPod('a')] })
  expect(device.phases()['a']).toBe('Running')
  device.keeper().giveWay()
  await device.clock.pass(60_000)
  expect(device.inventories.at(-1)).toEqual([])
  expect(await device.engine.listContainers()).toEqual([])
  await assign({ pods: [createPod('a')] })
  await device.clock.pass(1000)
  expect((await device.engine.listContainers()).map(({ state }) => state)).toEqual(['running'])
})

test('a probe that says what is known already has nobody look', async () => {
  let looks = 0
  device = createMemoryDevice((engine) => ({
    ...engine,
    listContainers: (labels) => {
      looks += 1
      return engine.listContainers(labels)
    },
  }))
  const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 }
  await assign({ pods: [createPod('a', { container: { readinessProbe } })] })
  const idle = looks
  await device.clock.pass(25_000)
  expect(looks - idle).toBeLessThan(10)
  device.probed.outcome = { passed: false, message: 'refused' }
  await device.clock.pass(5000)
  expect(device.reports.at(-1)?.status.containerStatuses[0]).toMatchObject({ ready: false })
})

let serial = 0
async function assign(assignment: Pick<Assignment, 'pods' | 'ending'>): Promise<void> {
  serial += 1
  await device.keeper().assign({ term: 1, serial, ...assignment })
  await device.clock.pass(500)
}
