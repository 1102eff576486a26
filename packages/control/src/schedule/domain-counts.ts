import type { Device, FailureDomains } from '@nexqloud/rules'

type Counts = { readonly [Name in keyof FailureDomains]: ReadonlyMap<string, number> }

/** How many devices each failure domain has; a domain without any is not there. */
export type DomainCounts = {
  readonly sets: Counts
  readonly add: (device: Device) => void
  readonly remove: (device: Device) => void
}

/** Returns counts of no devices. */
export function createDomainCounts(): DomainCounts {
  const sets = {
    owner: new Map<string, number>(),
    isp: new Map<string, number>(),
    area: new Map<string, number>(),
  }
  const change = ({ domains }: Device, by: number): void => {
    for (const name of ['owner', 'isp', 'area'] as const) {
      const count = (sets[name].get(domains[name]) ?? 0) + by
      if (count === 0) sets[name].delete(domains[name])
      else sets[name].set(domains[name], count)
    }
  }
  return {
    sets,
    add: (device) => change(device, 1),
    remove: (device) => change(device, -1),
  }
}
