import { createDeviceIndex, type DeviceIndex } from '@nexqloud/control'
import { costOf, evenWeights, placePod, subtractResources } from '@nexqloud/rules'
import type { Device, Peer, Placement } from '@nexqloud/rules'

import type { Facts, Measure } from '../src/index.ts'
import { demandOf, deviceOf } from './devices.ts'

/** How many decisions among how many devices. */
export type DecisionPlan = { readonly devices: number; readonly pods: number }

/** Enough that what is hot is compiled. */
const WARM_PODS = 2000

/** Decides for pods, one after the other. */
export async function decide(measure: Measure, { devices, pods }: DecisionPlan): Promise<Facts> {
  const place = createPlacer(devices)
  for (let number = 0; number < WARM_PODS; number += 1) place(number)
  await measure(() => {
    for (let number = WARM_PODS; number < WARM_PODS + pods; number += 1) place(number)
  })
  return { pods }
}

/** Decides by the index, and by looking at all devices for each pod; returns what the devices that each chose cost in all. */
export async function compareCosts(
  measure: Measure,
  { devices, pods }: DecisionPlan,
): Promise<Facts> {
  const place = createPlacer(devices)
  const exhaustive = createExhaustive(devices)
  const costs = { index: 0, exhaustive: 0 }
  await measure(() => {
    for (let number = 0; number < pods; number += 1) {
      costs.index += costOf(place(number), evenWeights)
      costs.exhaustive += costOf(exhaustive(number), evenWeights)
    }
  })
  return costs
}

function createPlacer(count: number): (number: number) => Device {
  const index: DeviceIndex = createDeviceIndex(evenWeights)
  for (let number = 0; number < count; number += 1) index.put(deviceOf(number))
  return (number) => {
    const { demand, group } = demandOf(number)
    const device = placed(index.place(demand, group, 0))
    index.take(`pod-${number}`, { device: device.name, asked: demand.asked, group })
    return device
  }
}

function createExhaustive(count: number): (number: number) => Device {
  const devices = new Map(
    Array.from({ length: count }, (_, number) => [`device-${number}`, deviceOf(number)]),
  )
  const peers = new Map<string, Peer[]>()
  return (number) => {
    const { demand, group } = demandOf(number)
    const own = group === '' ? [] : (peers.get(group) ?? [])
    const input = { demand, devices: [...devices.values()], peers: own, nowMs: 0 }
    const device = placed(placePod({ ...input, weights: evenWeights }))
    peers.set(group, [...own, { ...device.domains, device: device.name }])
    const free = subtractResources(device.free, demand.asked)
    devices.set(device.name, { ...device, free })
    return device
  }
}

function placed({ device, blocked }: Placement): Device {
  if (device !== undefined) return device
  throw new Error(`A pod has no device: ${blocked?.message ?? ''}.`)
}
