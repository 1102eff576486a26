import type { Device, FailureDomains } from './filter.ts'

/** Where a replica runs. */
export type Peer = FailureDomains & { readonly device: string }

/** What replicas are kept apart by, what matters most first. */
export const domainNames = ['owner', 'isp', 'area', 'device'] as const

/** How many replicas each domain has already. */
export type ReplicaCounts = {
  readonly [Name in (typeof domainNames)[number]]: ReadonlyMap<string, number>
}

/** How many replicas share each domain with a device, in the order of {@link domainNames}. */
export type Crowding = readonly number[]

/** Returns how many of the replicas are in each domain. */
export function countReplicas(peers: readonly Peer[]): ReplicaCounts {
  const of = (name: keyof Peer): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>()
    for (const { [name]: value } of peers) counts.set(value, (counts.get(value) ?? 0) + 1)
    return counts
  }
  return { owner: of('owner'), isp: of('isp'), area: of('area'), device: of('device') }
}

/** Returns how crowded a device would be. */
export function crowdingOf(counts: ReplicaCounts, { name, domains }: Device): Crowding {
  const { owner, isp, area } = domains
  return [
    counts.owner.get(owner) ?? 0,
    counts.isp.get(isp) ?? 0,
    counts.area.get(area) ?? 0,
    counts.device.get(name) ?? 0,
  ]
}

/** Below 0 where the first is less crowded. */
export function compareCrowding(left: Crowding, right: Crowding): number {
  const first = left.findIndex((count, index) => count !== right[index])
  return first < 0 ? 0 : (left[first] ?? 0) - (right[first] ?? 0)
}

/** How many there are of each domain, over all devices. */
export type DomainSizes = {
  readonly [Name in keyof ReplicaCounts]: { readonly size: number } & {
    readonly has: (value: string) => boolean
  }
}

/** Returns the least crowding that any device can have: who finds it need not look further. */
export function leastCrowding(counts: ReplicaCounts, domains: DomainSizes): Crowding {
  return domainNames.map((name) => {
    const taken = [...counts[name]].filter(([value]) => domains[name].has(value))
    return taken.length < domains[name].size ? 0 : Math.min(...taken.map(([, count]) => count))
  })
}
