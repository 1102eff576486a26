import { afterEach, expect, test } from 'vitest'

import { createMemoryDevice, createPod, type MemoryDevice } from '../../test/memory-device.ts'

let device: MemoryDevice
afterEach(() => device.stop())

test('restarts what a liveness probe gives up, and tells what the probe saw', async () => {
  device = createMemoryDevice()
  const livenessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 2 }
  await assign([createPod('a', { container: { livenessProbe } })])
  expect(restartsOf('a')).toBe(0)
  device.probed.outcome = { passed: false, message: 'refused' }
  await device.clock.pass(3000)
  expect(restartsOf('a')).toBe(1)
  const unhealthy = device.events.find(({ reason }) => reason === 'Unhealthy')
  expect(unhealthy).toMatchObject({ container: 'web', message: 'liveness: refused' })
})

test('a container that is seen running before the engine says that it has started is ready', async () => {
  device = createMemoryDevice((engine) => ({
    ...engine,
    startContainer: async (id) => {
      await engine.startContainer(id)
      await device.clock.delay(300, new AbortController().signal)
    },
  }))
  await assign([createPod('a')])
  expect(device.reports.at(-1)?.status.containerStatuses[0]).toMatchObject({
    ready: true,
    started: true,
  })
})

test('a pod that is not ready is not restarted', async () => {
  device = createMemoryDevice()
  device.probed.outcome = { passed: false, message: 'refused' }
  const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 }
  await assign([createPod('a', { container: { readinessProbe } })])
  await device.clock.pass(20_000)
  expect(restartsOf('a')).toBe(0)
  expect(device.reports.at(-1)?.status.containerStatuses[0]).toMatchObject({
    ready: false,
    started: true,
  })
})

test('a container that has run for long is probed at once by an agent that is started anew', async () => {
  device = createMemoryDevice()
  const readinessProbe = { tcpSocket: { port: 80 }, initialDelaySeconds: 60 }
  await assign([createPod('a', { container: { readinessProbe } })])
  await device.clock.pass(100_000)
  await device.stop()
  device.start()
  await device.clock.pass(100)
  expect(device.reports.at(-1)?.status.containerStatuses[0]?.ready).toBe(true)
})

test("probes go to the pod's own address, and never to the machine's", async () => {
  device = createMemoryDevice((engine) => ({
    ...engine,
    inspectContainer: async (id) => {
      const found = await engine.inspectContainer(id)
      return found.address === undefined ? found : { ...found, address: '10.210.0.2' }
    },
  }))
  const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 }
  await assign([createPod('a', { containers: ['web', 'side'], container: { readinessProbe } })])
  await device.clock.pass(2000)
  expect(device.probedAddresses).toEqual(['10.210.0.2', '10.210.0.2'])
  expect(device.reports.at(-1)?.status.containerStatuses.map(({ ready }) => ready)).toEqual([
    true,
    true,
  ])
})

async function assign(pods: readonly ReturnType<typeof createPod>[]): Promise<void> {
  await device.keeper().assign({ term: 1, serial: 1, pods: [...pods] })
  await device.clock.pass(500)
}

function restartsOf(uid: string): number | undefined {
  const last = device.reports.findLast((report) => report.uid === uid)
  return last?.status.containerStatuses[0]?.restartCount
}
