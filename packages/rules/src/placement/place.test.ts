import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  demandOf,
  deviceOf,
  inputOf,
  openDevice,
  resources,
  situations,
  someDevice,
} from '../../test/placement.ts'
import { failureOf, refusalOf, type Toleration } from './filter.ts'
import { placePod, type PlacementInput } from './place.ts'
import {
  addResources,
  dimensionNames,
  hasRoom,
  noResources,
  subtractResources,
} from './resources.ts'
import { compareCrowding, countReplicas, crowdingOf, type Peer } from './spread.ts'

test('a pod goes where it costs least', () => {
  const devices = [
    deviceOf('dear', { priceMicroUsdPerHour: 20_000n }),
    deviceOf('cheap'),
    deviceOf('far', { latencyMs: 200 }),
    deviceOf('risky', { riskBps: 300 }),
  ]
  expect(place({ devices })).toBe('cheap')
})

test('replicas go to other owners first, then to other providers, then to other areas', () => {
  const at = (owner: string, isp: string, area: string) => ({ domains: { owner, isp, area } })
  const devices = [
    deviceOf('same', at('a', 'x', 'n')),
    deviceOf('owner', at('b', 'x', 'n')),
    deviceOf('provider', at('b', 'y', 'n')),
    deviceOf('area', { ...at('b', 'y', 's'), priceMicroUsdPerHour: 90_000n }),
  ]
  const peers = [{ device: 'same', owner: 'a', isp: 'x', area: 'n' }]
  expect(place({ devices, peers })).toBe('area')
})

test('where a pod failed lately it goes only if nothing else is left, and first where that is over first', () => {
  const failures = [
    { device: 'a', reason: 'x', untilMs: 10 },
    { device: 'b', reason: 'x', untilMs: 9 },
  ]
  const demand = demandOf({ failures })
  const failed = ['a', 'b'].map((name) => deviceOf(name))
  const dear = deviceOf('c', { priceMicroUsdPerHour: 90_000n })
  expect(place({ demand, devices: [...failed, dear], nowMs: 5 })).toBe('c')
  expect(place({ demand, devices: failed, nowMs: 5 })).toBe('b')
  expect(place({ demand, devices: [...failed, dear], nowMs: 10 })).toBe('a')
})

test('a taint is borne by whoever tolerates its key, its value and its effect', () => {
  const devices = [deviceOf('a', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] })]
  const tolerating = (more: Partial<Toleration>) => {
    const toleration = { key: '', operator: 'Equal', value: '', effect: '', ...more } as const
    return place({ devices, demand: demandOf({ tolerations: [toleration] }) })
  }
  expect(tolerating({ key: 'k', value: 'v' })).toBe('a')
  expect(tolerating({ key: 'k', operator: 'Exists', effect: 'NoSchedule' })).toBe('a')
  expect(tolerating({ operator: 'Exists' })).toBe('a')
  expect(tolerating({ key: 'k', value: 'w' })).toBeUndefined()
  expect(tolerating({ key: 'k', operator: 'Exists', effect: 'NoExecute' })).toBeUndefined()
  expect(tolerating({ value: 'v' })).toBeUndefined()
})

test('no pod goes where it may not, none that may go somewhere is refused, and of what did not fail the place is least crowded', () => {
  fc.assert(
    fc.property(situations(), (input) => {
      const { demand, devices, peers, nowMs } = input
      const fitting = devices.filter((device) => refusalOf(demand, device) === undefined)
      const { device, blocked } = placePod(input)
      expect(device === undefined).toBe(fitting.length === 0)
      expect(blocked === undefined).toBe(fitting.length > 0)
      if (device === undefined) return
      expect(fitting).toContain(device)
      expect(hasRoom(device.free, demand.asked)).toBe(true)
      const sound = fitting.filter((each) => failureOf(demand, each, nowMs) === undefined)
      if (sound.length === 0) return
      expect(sound).toContain(device)
      const counts = countReplicas(peers)
      const chosen = crowdingOf(counts, device)
      const least = sound.map((each) => compareCrowding(crowdingOf(counts, each), chosen))
      expect(Math.min(...least)).toBe(0)
    }),
    { numRuns: 1000 },
  )
})

test('the order of devices and of replicas does not matter', () => {
  fc.assert(
    fc.property(situations(), fc.infiniteStream(fc.nat()), (input, dice) => {
      const shuffle = <Type>(list: readonly Type[]): readonly Type[] =>
        list
          .map((item) => ({ item, rank: dice.next().value ?? 0 }))
          .toSorted((left, right) => left.rank - right.rank)
          .map(({ item }) => item)
      const other = { ...input, devices: shuffle(input.devices), peers: shuffle(input.peers) }
      expect(placePod(other)).toEqual(placePod(input))
    }),
  )
})

test('whatever is placed one after the other, no device is ever overcommitted', () => {
  fc.assert(
    fc.property(situations(), fc.array(resources(), { maxLength: 30 }), (input, asks) => {
      const taken = new Map<string, typeof noResources>()
      let { devices } = input
      for (const asked of asks) {
        const { device } = placePod({ ...input, devices, demand: { ...input.demand, asked } })
        if (device === undefined) continue
        taken.set(device.name, addResources(taken.get(device.name) ?? noResources, asked))
        devices = devices.map((each) =>
          each === device ? { ...each, free: subtractResources(each.free, asked) } : each,
        )
      }
      for (const { name, free } of input.devices) {
        const sum = taken.get(name) ?? noResources
        for (const dimension of dimensionNames) {
          expect(sum[dimension]).toBeLessThanOrEqual(Math.max(0, free[dimension]))
        }
      }
    }),
  )
})

test('with room everywhere, owners differ by at most one replica', () => {
  fc.assert(
    fc.property(
      fc.array(someDevice(), { minLength: 1, maxLength: 12 }),
      fc.nat(25),
      (list, replicas) => {
        const devices = list.map((each, index) => ({ ...openDevice(each), name: `d${index}` }))
        const peers: Peer[] = []
        for (let replica = 0; replica < replicas; replica += 1) {
          const placed = placePod(inputOf({ devices, peers })).device
          if (placed) peers.push({ device: placed.name, ...placed.domains })
        }
        const { owner } = countReplicas(peers)
        const owners = new Set(devices.map(({ domains }) => domains.owner))
        const counts = [...owners].map((name) => owner.get(name) ?? 0)
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      },
    ),
  )
})

function place(input: Partial<PlacementInput>): string | undefined {
  return placePod(inputOf(input)).device?.name
}
