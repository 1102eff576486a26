import type { Demand, Device } from '@nexqloud/rules'

/** A device among many others, by its number: prices, owners and places differ as real ones do, in a way that is always the same. */
export function deviceOf(number: number): Device {
  return {
    name: `device-${number}`,
    labels: {
      'kubernetes.io/arch': number % 5 === 0 ? 'arm64' : 'amd64',
      'topology.kubernetes.io/region': `region-${number % 4}`,
    },
    domains: {
      owner: `owner-${Math.floor(number / 3)}`,
      isp: `isp-${(number * 7) % 50}`,
      area: `area-${(number * 13) % 20}`,
    },
    free: {
      cpuMilli: 2000 * (1 + (number % 4)),
      memoryBytes: 2 ** 32 * (1 + (number % 4)),
      diskBytes: 2 ** 36,
      pods: 110,
    },
    coresMilli: 2000 * (1 + (number % 4)),
    taints: [],
    isCordoned: false,
    priceMicroUsdPerHour: BigInt(2000 + ((number * 7919) % 10_007)),
    latencyMs: (number * 31) % 90,
    riskBps: (number * 17) % 300,
    restsUntilMs: 0,
  }
}

/** What a pod wants, by its number, and whose replica it is: four of five stand alone, the others are in groups of five. */
export function demandOf(number: number): { readonly demand: Demand; readonly group: string } {
  const isReplica = number % 25 < 5
  return {
    demand: {
      asked: {
        cpuMilli: number % 10 === 0 ? 1000 : 250,
        memoryBytes: 2 ** 28,
        diskBytes: 0,
        pods: 1,
      },
      coresMilli: 1000,
      labels: number % 2 === 0 ? { 'topology.kubernetes.io/region': `region-${number % 4}` } : {},
      tolerations: [],
      failures: [],
    },
    group: isReplica ? `group-${Math.floor(number / 25)}` : '',
  }
}
