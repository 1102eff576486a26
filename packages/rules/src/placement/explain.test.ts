import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ask, demandOf, deviceOf, GIB, inputOf, situations } from '../../test/placement.ts'
import { explainBlock } from './explain.ts'
import { refusalOf, type Demand, type Device } from './filter.ts'
import { placePod } from './place.ts'
import { dimensionNames, noResources } from './resources.ts'

test.each<[string, Partial<Demand>, readonly Device[]]>([
  ['blocked by devices: no device is connected', {}, []],
  [
    'blocked by memory: the largest free device has 6 GiB, asked 8 GiB',
    { asked: ask({ memoryBytes: 8 * GIB }) },
    [deviceOf('a', { free: ask({ memoryBytes: 6 * GIB }) }), deviceOf('b')],
  ],
  [
    'blocked by cpu: the largest free device has 4 CPU, asked 4.5 CPU',
    { asked: ask({ cpuMilli: 4500 }) },
    [deviceOf('a')],
  ],
  [
    'blocked by cores: the largest machine with room has 4 CPU, a container may use 8 CPU at once',
    { coresMilli: 8000 },
    [
      deviceOf('a'),
      deviceOf('b', { coresMilli: 2000 }),
      deviceOf('c', { coresMilli: 8000, free: ask({ pods: 0 }) }),
    ],
  ],
  [
    'blocked by disk: the largest free device has 0 B, asked 1 B',
    { asked: ask({ diskBytes: 1 }) },
    [deviceOf('a', { free: ask({ diskBytes: -5 }) })],
  ],
  [
    'blocked by pods: the largest free device has 0, asked 1',
    {},
    [deviceOf('a', { free: ask({ pods: 0 }) })],
  ],
  [
    'blocked by cpu and memory: no device has all of it free: 1 of 2 have 3 CPU of cpu, 1 of 2 have 3 GiB of memory',
    { asked: ask({ cpuMilli: 3000, memoryBytes: 3 * GIB }) },
    [
      deviceOf('a', { free: ask({ cpuMilli: 2000, memoryBytes: 4 * GIB }) }),
      deviceOf('b', { free: ask({ cpuMilli: 4000, memoryBytes: 2 * GIB }) }),
    ],
  ],
  [
    'blocked by architecture: asked arm64, all 2 devices have amd64',
    { labels: { 'kubernetes.io/arch': 'arm64' } },
    [deviceOf('a'), deviceOf('b')],
  ],
  [
    'blocked by region: asked mars, the only device has none',
    { labels: { 'topology.kubernetes.io/region': 'mars' } },
    [deviceOf('a')],
  ],
  [
    'blocked by disks: their device is not connected; vol-1 is on c alone',
    { home: { device: 'c', disk: 'vol-1' } },
    [deviceOf('a'), deviceOf('b')],
  ],
  [
    'blocked by cpu: the largest free device has 4 CPU, asked 5 CPU; vol-1 is on a alone',
    { home: { device: 'a', disk: 'vol-1' }, asked: ask({ cpuMilli: 5000 }) },
    [deviceOf('a'), deviceOf('b', { free: ask({ cpuMilli: 8000 }) })],
  ],
  [
    'blocked by cordon: the only device takes no more pods',
    {},
    [deviceOf('a', { isCordoned: true })],
  ],
  [
    'blocked by full disks: all 2 devices have a disk that is full',
    {},
    ['a', 'b'].map((name) => {
      const key = 'node.kubernetes.io/disk-pressure'
      return deviceOf(name, { taints: [{ key, value: '', effect: 'NoSchedule' }] })
    }),
  ],
  [
    'blocked by taints: the only device has taints that the pod does not tolerate, e.g. gpu=yes:NoSchedule',
    {},
    [deviceOf('a', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] })],
  ],
])('%s', (message, demand, devices) => {
  const { blocked } = placePod(inputOf({ demand: demandOf(demand), devices }))
  expect(blocked?.message).toBe(message)
})

test('what blocks a pod is something that devices are refused for', () => {
  fc.assert(
    fc.property(situations(), ({ demand, devices }) => {
      const reasons = devices.map((device) => refusalOf(demand, device))
      if (reasons.length === 0 || reasons.includes(undefined)) return
      const { by } = explainBlock(demand, devices)
      for (const word of by.split(' and ')) expect(reasonsOf(demand, devices)).toContain(word)
    }),
    { numRuns: 1000 },
  )
})

function reasonsOf(demand: Demand, devices: readonly Device[]): readonly string[] {
  const parts = dimensionNames.map((name) => ({
    ...demand,
    asked: { ...noResources, [name]: demand.asked[name] },
  }))
  return [demand, ...parts].flatMap((each) =>
    devices.map((device) => refusalOf(each, device) ?? ''),
  )
}

test('more devices than a call takes arguments are explained, too', () => {
  const devices = Array.from({ length: 200_000 }, (_, index) => deviceOf(`d${index}`))
  const { by } = explainBlock(demandOf({ coresMilli: 500_000 }), devices)
  expect(by).toBe('cores')
})
