import type { Device } from './filter.ts'

/** What counts how much: cost for each unit. */
export type CostWeights = {
  readonly perMicroUsdAnHour: number
  readonly perMs: number
  readonly perRiskBps: number
}

/** One cent an hour weighs as much as 100 ms, or as one percent of risk. */
export const evenWeights: CostWeights = { perMicroUsdAnHour: 1, perMs: 100, perRiskBps: 100 }

/** Returns what a device costs: its price, its latency and its risk in one number. */
export function costOf(
  device: Pick<Device, 'priceMicroUsdPerHour' | 'latencyMs' | 'riskBps'>,
  { perMicroUsdAnHour, perMs, perRiskBps }: CostWeights,
): number {
  return (
    Number(device.priceMicroUsdPerHour) * perMicroUsdAnHour +
    device.latencyMs * perMs +
    device.riskBps * perRiskBps
  )
}

/** A device and what it costs. */
export type PricedDevice = { readonly device: Device; readonly cost: number }

/** Orders devices by cost; equal ones by name, so that the order is always the same. */
export function byCost(left: PricedDevice, right: PricedDevice): number {
  if (left.cost !== right.cost) return left.cost - right.cost
  return left.device.name < right.device.name ? -1 : 1
}
