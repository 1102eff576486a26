import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { runsBeside, startNetwork } from '../../test/network.ts'
import { readDeviceMemory, type DeviceMemory } from '../object/device-memory.ts'
import type { Pod } from '../object/object.ts'
import { rememberInstance } from './device-rest.ts'

const well: DeviceMemory = { instances: [], untilMs: 0 }
const failed = { phase: 'Failed', reason: 'PodRefused', message: 'no' }

test('a device rests once three instances failed there, longer with each further one', () => {
  const two = ['a', 'b', 'b', 'a'].reduce((memory, name) => rememberInstance(memory, name, 0), well)
  expect(two).toEqual({ instances: ['b', 'a'], untilMs: 0 })
  const three = rememberInstance(two, 'c', 1000)
  expect(three).toEqual({ instances: ['b', 'a', 'c'], untilMs: 601_000 })
  expect(rememberInstance(three, 'd', 1000).untilMs).toBe(1_201_000)
})

test('what is no memory of ours counts as none', () => {
  const node = { metadata: { annotations: { 'nexqloud.io/failing': '{"untilMs":9e9}' } } }
  expect(readDeviceMemory(node)).toEqual(well)
})

test('a device on which nothing comes to run gets no more while there is another, is told so, and is forgiven once a pod runs there', async () => {
  const { network, fail, eventsOf, deviceOf } = await setup()
  const [bad] = [network.dial('a', 'a'), network.dial('b', 'b')]
  bad.isObedient = false
  for (const name of ['one', 'two', 'three']) {
    await network.createInstance(name)
    await fail(name, bad)
    await network.pod(name, runsBeside('a'))
  }
  expect(await eventsOf('a')).toContainEqual(
    expect.stringContaining('Warning DeviceFailing: Pods of 3 instances failed here in a row'),
  )
  expect(bad.standings).toEqual([{}, { failing: { instances: 3, untilMs: expect.any(Number) } }])
  await network.createInstance('four')
  expect(await deviceOf('four')).toBe('b')
  bad.isObedient = true
  network.cut('b')
  await network.pass(32)
  await network.pod('four', runsBeside('b'))
  await network.pass(1)
  expect(await eventsOf('a')).toContainEqual(expect.stringContaining('Normal DeviceWorks'))
  expect(bad.standings.at(-1)).toEqual({})
})

test('a device on which something runs is not to blame for what fails beside it', async () => {
  const { network, fail, eventsOf } = await setup()
  const device = network.dial('a', 'a')
  await network.createInstance('sound')
  await network.pod('sound', runsBeside(''))
  device.isObedient = false
  for (const name of ['one', 'two', 'three']) {
    await network.createInstance(name)
    await fail(name, device)
  }
  expect((await eventsOf('a')).filter((text) => text.includes('DeviceFailing'))).toEqual([])
})

test('a device that is lost again and again gets no more while there is another, and is told so', async () => {
  const { network, eventsOf, deviceOf } = await setup()
  let [flapping] = [network.dial('a', 'a'), network.dial('b', 'b')]
  await network.createInstance('before')
  expect(await deviceOf('before')).toBe('a')
  for (let loss = 0; loss < 3; loss += 1) {
    expect(flapping.standings).toEqual([{}])
    network.cut('a')
    await network.pass(32)
    flapping = network.dial('a', 'a')
    await network.pass(2)
  }
  expect(await eventsOf('a')).toContainEqual(
    expect.stringContaining('Warning DeviceUnsteady: It was lost and came back 3 times'),
  )
  expect(flapping.standings.at(-1)).toEqual({
    unsteady: { times: 3, untilMs: expect.any(Number) },
  })
  await network.createInstance('after')
  expect(await deviceOf('after')).toBe('b')
  network.cut('b')
  await network.pass(32)
  await network.pod('after', runsBeside('b'))
  expect(await eventsOf('after')).toContainEqual(
    expect.stringContaining('though it met DeviceUnsteady there'),
  )
})

async function setup() {
  const cluster = await openCluster()
  const { clock } = cluster
  const network = startNetwork({ ...cluster, passMs: clock.pass })
  // The kind has to be known before a test uses it.
  await clock.pass(0)
  const isBound = ({ spec }: Pod): boolean => spec?.nodeName !== undefined
  return {
    ...cluster,
    network,
    deviceOf: async (name: string) => (await network.pod(name, isBound)).spec?.nodeName,
    fail: async (name: string, device: ReturnType<typeof network.dial>): Promise<void> => {
      const { metadata } = await network.pod(name, isBound)
      await network.pass(1)
      device.report(metadata?.uid ?? '', { status: failed })
      await network.pass(12)
    },
  }
}
