import type { Region, Zone } from '../../door/region.ts'
import { createFilter, type FilterTable } from '../../filter/filter.ts'
import type { Handlers } from '../action.ts'
import { ActionError } from '../errors.ts'

const regionFilters: FilterTable<Region> = {
  endpoint: ({ name }) => [endpointOf(name)],
  'opt-in-status': () => ['opt-in-not-required'],
  'region-name': ({ name }) => [name],
}

type PlacedZone = Zone & { readonly region: string }

const zoneFilters: FilterTable<PlacedZone> = {
  'group-name': ({ region }) => [region],
  message: () => [],
  'opt-in-status': () => ['opt-in-not-required'],
  'region-name': ({ region }) => [region],
  state: () => ['available'],
  'zone-id': ({ id }) => [id],
  'zone-name': ({ name }) => [name],
  'zone-type': () => ['availability-zone'],
}

const untagged = () => ({})

/** DescribeRegions, DescribeAvailabilityZones: where instances may be. */
export const placeActions = {
  DescribeRegions: ({ RegionNames = [], Filters = [] }, { regions }) => {
    const known = new Set(regions.map(({ name }) => name))
    const unknown = RegionNames.find((name) => !known.has(name))
    if (unknown !== undefined) {
      throw new ActionError('InvalidParameterValue', `Invalid region provided: ${unknown}`)
    }
    const wanted = regions.filter(
      ({ name }) => RegionNames.length === 0 || RegionNames.includes(name),
    )
    return {
      Regions: wanted.filter(createFilter(Filters, regionFilters, untagged)).map(({ name }) => ({
        RegionName: name,
        Endpoint: endpointOf(name),
        OptInStatus: 'opt-in-not-required',
      })),
    }
  },

  DescribeAvailabilityZones: ({ ZoneNames = [], ZoneIds = [], Filters = [] }, transaction) => {
    const region = transaction.caller.region
    const zones = transaction.zones.map((zone) => ({ ...zone, region }))
    assertKnown(
      'availability zone',
      ZoneNames,
      zones.map(({ name }) => name),
    )
    assertKnown(
      'availability zone-id',
      ZoneIds,
      zones.map(({ id }) => id),
    )
    const wanted = zones
      .filter(({ name }) => ZoneNames.length === 0 || ZoneNames.includes(name))
      .filter(({ id }) => ZoneIds.length === 0 || ZoneIds.includes(id))
      .filter(createFilter(Filters, zoneFilters, untagged))
    return {
      AvailabilityZones: wanted.map(({ name, id }) => ({
        ZoneName: name,
        ZoneId: id,
        RegionName: region,
        GroupName: region,
        NetworkBorderGroup: region,
        ZoneType: 'availability-zone',
        State: 'available',
        OptInStatus: 'opt-in-not-required',
        Messages: [],
      })),
    }
  },
} as const satisfies Handlers

function endpointOf(region: string): string {
  return `ec2.${region}.amazonaws.com`
}

function assertKnown(what: string, asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new ActionError('InvalidParameterValue', `Invalid ${what}: [${unknown.join(', ')}]`)
}
