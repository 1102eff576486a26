import {
  addResources,
  evenWeights,
  noResources,
  placePod,
  subtractResources,
  type Demand,
  type Device,
} from '@nexqloud/rules'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { labels } from '../object/names.ts'
import { createDeviceIndex } from './device-index.ts'
import type { Taking } from './takings.ts'

const few = fc.constantFrom('x', 'y', 'z')
const name = fc.nat(7).map((index) => `d${index}`)
const uid = fc.nat(9).map((index) => `u${index}`)
const amounts = (max: number) =>
  fc.record({
    cpuMilli: fc.nat(max),
    memoryBytes: fc.nat(max),
    diskBytes: fc.constant(0),
    pods: fc.nat(max),
  })

const device: fc.Arbitrary<Device> = fc.record({
  name,
  labels: fc.record({ [labels.architecture]: few, [labels.region]: few }),
  domains: fc.record({ owner: few, isp: few, area: few }),
  free: amounts(6),
  coresMilli: fc.nat(3),
  taints: fc.constant([]),
  isCordoned: fc.constantFrom(false, false, false, true),
  priceMicroUsdPerHour: fc.bigInt(0n, 3n),
  latencyMs: fc.nat(2),
  riskBps: fc.constant(0),
  restsUntilMs: fc.constantFrom(0, 0, 0, 1, 2, 3),
})

const demand: fc.Arbitrary<Demand> = fc.record({
  asked: amounts(3),
  coresMilli: fc.nat(3),
  labels: fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    { [labels.architecture]: 'x' },
    { [labels.region]: 'y' },
  ),
  tolerations: fc.constant([]),
  failures: fc.array(fc.record({ device: name, reason: few, untilMs: fc.nat(3) }), {
    maxLength: 1,
  }),
})

const group = fc.constantFrom('', 'g', 'h')
const step = fc.oneof(
  fc.record({ put: device }),
  fc.record({ remove: name }),
  fc.record({ take: uid, taking: fc.record({ device: name, asked: amounts(3), group }) }),
  fc.record({ release: uid }),
  fc.record({ place: demand, group }),
)

test('whatever comes and goes, the index answers as the rule does over all devices', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = createDeviceIndex(evenWeights)
      const devices = new Map<string, Device>()
      const takings = new Map<string, Taking>()
      for (const each of steps) {
        if ('put' in each) {
          index.put(each.put)
          devices.set(each.put.name, each.put)
        } else if ('remove' in each) {
          index.remove(each.remove)
          devices.delete(each.remove)
        } else if ('take' in each) {
          index.take(each.take, each.taking)
          takings.set(each.take, each.taking)
        } else if ('release' in each) {
          expect(index.release(each.release)).toBe(takings.delete(each.release))
        } else {
          expect(index.place(each.place, each.group, 1)).toEqual(
            naivePlace({ devices, takings }, each),
          )
        }
      }
    }),
    { numRuns: 1500 },
  )
})

function naivePlace(
  world: {
    readonly devices: ReadonlyMap<string, Device>
    readonly takings: ReadonlyMap<string, Taking>
  },
  asked: { readonly place: Demand; readonly group: string },
) {
  const takings = [...world.takings.values()]
  const devices = [...world.devices.values()].map((each) => {
    const taken = takings.filter((taking) => taking.device === each.name)
    const sum = taken.map((taking) => taking.asked).reduce(addResources, noResources)
    return { ...each, free: subtractResources(each.free, sum) }
  })
  const peers = takings
    .filter((taking) => taking.group !== '' && taking.group === asked.group)
    .flatMap((taking) => {
      const found = world.devices.get(taking.device)
      return found === undefined ? [] : [{ device: found.name, ...found.domains }]
    })
  return placePod({ demand: asked.place, devices, peers, weights: evenWeights, nowMs: 1 })
}
