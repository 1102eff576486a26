import fc from 'fast-check'

import { evenWeights } from '../src/placement/cost.ts'
import type { Demand, Device } from '../src/placement/filter.ts'
import type { PlacementInput } from '../src/placement/place.ts'
import { noResources } from '../src/placement/resources.ts'

export const GIB = 2 ** 30

/** Returns what a pod asks for: its place, and more. */
export function ask(more: Partial<Demand['asked']>): Demand['asked'] {
  return { ...noResources, pods: 1, ...more }
}

/** Returns what a pod wants. */
export function demandOf(more: Partial<Demand> = {}): Demand {
  return { asked: ask({}), coresMilli: 0, labels: {}, tolerations: [], failures: [], ...more }
}

/** Returns a device with room. */
export function deviceOf(name: string, more: Partial<Device> = {}): Device {
  return {
    name,
    labels: { 'kubernetes.io/arch': 'amd64' },
    domains: { owner: name, isp: 'isp', area: 'area' },
    free: { cpuMilli: 4000, memoryBytes: 4 * GIB, diskBytes: 40 * GIB, pods: 10 },
    coresMilli: 4000,
    taints: [],
    isCordoned: false,
    priceMicroUsdPerHour: 10_000n,
    latencyMs: 10,
    riskBps: 100,
    restsUntilMs: 0,
    ...more,
  }
}

/** Returns what a placement follows from. */
export function inputOf(more: Partial<PlacementInput>): PlacementInput {
  return { demand: demandOf(), devices: [], peers: [], weights: evenWeights, nowMs: 0, ...more }
}

/** Returns a device that takes whatever comes. */
export function openDevice(each: Device): Device {
  const { free } = deviceOf('', {
    free: { cpuMilli: 1e9, memoryBytes: 1e15, diskBytes: 1e15, pods: 1e6 },
  })
  return { ...each, free, coresMilli: 1e9, taints: [], isCordoned: false, restsUntilMs: 0 }
}

/** What a small pod asks for. */
export function resources() {
  return fc.record({
    cpuMilli: fc.nat(4),
    memoryBytes: fc.nat(4),
    diskBytes: fc.nat(4),
    pods: fc.constant(1),
  })
}

/** Any device, often a bad one. */
export function someDevice(): fc.Arbitrary<Device> {
  const few = fc.constantFrom('x', 'y', 'z')
  const free = fc.integer({ min: -1, max: 6 })
  return fc.record({
    name: fc.constant(''),
    labels: fc.record({ 'kubernetes.io/arch': few, zone: few }),
    domains: fc.record({ owner: few, isp: few, area: few }),
    free: fc.record({ cpuMilli: free, memoryBytes: free, diskBytes: free, pods: free }),
    coresMilli: fc.integer({ min: 1, max: 4 }),
    taints: fc.array(fc.constant({ key: 'k', value: '', effect: 'NoSchedule' }), { maxLength: 1 }),
    isCordoned: fc.boolean(),
    priceMicroUsdPerHour: fc.bigInt(0n, 3n),
    latencyMs: fc.nat(2),
    riskBps: fc.nat(2),
    restsUntilMs: fc.nat(2),
  })
}

/** Few values of everything, so that ties and near misses are common. */
export function situations(): fc.Arbitrary<PlacementInput> {
  const few = fc.constantFrom('x', 'y', 'z')
  const name = fc.nat(8).map((index) => `d${index}`)
  const labels = fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    { 'kubernetes.io/arch': 'x' },
    { 'kubernetes.io/arch': 'y', zone: 'z' },
  )
  const toleration = { key: 'k', operator: 'Exists', value: '', effect: '' } as const
  return fc.record({
    demand: fc.record(
      {
        asked: resources(),
        coresMilli: fc.nat(4),
        labels,
        tolerations: fc.array(fc.constant(toleration), { maxLength: 1 }),
        failures: fc.array(fc.record({ device: name, reason: few, untilMs: fc.nat(10) }), {
          maxLength: 4,
        }),
        home: fc.record({ device: name, disk: few }),
      },
      { requiredKeys: ['asked', 'coresMilli', 'labels', 'tolerations', 'failures'] },
    ),
    devices: fc
      .array(someDevice(), { maxLength: 8 })
      .map((list) => list.map((each, index) => ({ ...each, name: `d${index}` }))),
    peers: fc.array(fc.record({ device: name, owner: few, isp: few, area: few }), { maxLength: 6 }),
    weights: fc.constant(evenWeights),
    nowMs: fc.nat(10),
  })
}
