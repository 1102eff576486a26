import { ContainerNotFoundError, type ContainerId, type ImageId } from '@nexqloud/engine'
import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import type { PodContainerStatus } from '../reconcile/pod-labels.ts'
import { readMachineLoad } from './machine-load.ts'
import { UsageMeter, type Load } from './usage-meter.ts'

test('the CPU of a container is what it took between two looks', async () => {
  const { meter, clock, loads } = setup()
  loads.set('1', { cpuNanoseconds: 5_000_000_000n, memoryBytes: 10 })
  expect(await meter.read([container('1')])).toBeUndefined()
  await clock.pass(10_000)
  loads.set('1', { cpuNanoseconds: 7_500_000_000n, memoryBytes: 20 })
  expect((await meter.read([container('1')]))?.pods).toEqual([
    {
      uid: 'uid-1',
      namespace: 'acme',
      name: 'pod-1',
      containers: [{ name: 'web', cpuMilli: 250, memoryBytes: 20 }],
    },
  ])
})

test('one that was started anew, has just come, or is gone is left out', async () => {
  const { meter, clock, loads } = setup()
  const load = { cpuNanoseconds: 5n, memoryBytes: 10 }
  loads.set('1', load).set('3', load)
  await meter.read([container('1'), container('3')])
  await clock.pass(1000)
  loads.set('2', load).delete('3')
  const now = [{ ...container('1'), startedAtMs: 9 }, container('2'), container('3')]
  expect(await meter.read(now)).toMatchObject({ windowMs: 1000, pods: [] })
})

test('nothing is asked of the engine where nothing runs', async () => {
  const { meter, clock, asked } = setup()
  await meter.read([])
  await clock.pass(1000)
  await meter.read([])
  expect(asked).toEqual([])
})

test('this machine has used some CPU and memory', () => {
  const { cpuNanoseconds, memoryBytes } = readMachineLoad()
  expect(cpuNanoseconds).toBeGreaterThan(0n)
  expect(memoryBytes).toBeGreaterThan(0)
})

function setup() {
  const clock = createManualClock(0)
  const loads = new Map<string, Load>()
  const asked: string[] = []
  const meter = new UsageMeter({
    clock,
    readLoad: () => ({ cpuNanoseconds: 0n, memoryBytes: 1 }),
    engine: {
      readStats: async (id) => {
        asked.push(id)
        const load = loads.get(id)
        if (load === undefined) throw new ContainerNotFoundError(id, 'device')
        return { ...load, pids: 1, receivedBytes: 0, sentBytes: 0 }
      },
    },
  })
  return { meter, clock, loads, asked }
}

function container(id: string): PodContainerStatus {
  return {
    namespace: 'acme',
    name: `pod-${id}`,
    uid: `uid-${id}`,
    id: id as ContainerId,
    container: 'web',
    image: 'sha256:1' as ImageId,
    imageName: 'web:1',
    graceSeconds: 1,
    state: 'running',
    startedAtMs: 1,
  }
}
