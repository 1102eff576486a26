import type { InstanceTypeInfo, InstanceTypeOffering, LocationType } from '@aws-sdk/client-ec2'

import { selectPage } from '../../door/select-page.ts'
import type { FilterTable } from '../../filter/filter.ts'
import { said } from '../../filter/said.ts'
import type { Tagged } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { ActionError, invalidValue } from '../errors.ts'
import { isBurstable, namedTypes, vcpusOf, type NamedType } from './instance-types.ts'

type TypeRow = Resource<Tagged> & { readonly info: InstanceTypeInfo }

const typeFilters: FilterTable<TypeRow> = {
  'auto-recovery-supported': () => ['true'],
  'bare-metal': ({ info }) => said(info.BareMetal),
  'burstable-performance-supported': ({ info }) => said(info.BurstablePerformanceSupported),
  'current-generation': ({ info }) => said(info.CurrentGeneration),
  'dedicated-hosts-supported': () => ['false'],
  'ebs-info.encryption-support': () => ['unsupported'],
  'free-tier-eligible': () => ['false'],
  'hibernation-supported': () => ['false'],
  hypervisor: () => [],
  'instance-storage-supported': () => ['false'],
  'instance-type': ({ info }) => said(info.InstanceType),
  'memory-info.size-in-mib': ({ info }) => said(info.MemoryInfo?.SizeInMiB),
  'network-info.ena-support': ({ info }) => said(info.NetworkInfo?.EnaSupport),
  'processor-info.supported-architecture': ({ info }) =>
    info.ProcessorInfo?.SupportedArchitectures ?? [],
  'supported-boot-mode': ({ info }) => info.SupportedBootModes ?? [],
  'supported-root-device-type': ({ info }) => info.SupportedRootDeviceTypes ?? [],
  'supported-usage-class': ({ info }) => info.SupportedUsageClasses ?? [],
  'supported-virtualization-type': ({ info }) => info.SupportedVirtualizationTypes ?? [],
  'vcpu-info.default-cores': ({ info }) => said(info.VCpuInfo?.DefaultCores),
  'vcpu-info.default-threads-per-core': ({ info }) => said(info.VCpuInfo?.DefaultThreadsPerCore),
  'vcpu-info.default-vcpus': ({ info }) => said(info.VCpuInfo?.DefaultVCpus),
  'vcpu-info.valid-cores': ({ info }) => (info.VCpuInfo?.ValidCores ?? []).map(String),
  'vcpu-info.valid-threads-per-core': ({ info }) =>
    (info.VCpuInfo?.ValidThreadsPerCore ?? []).map(String),
}

type OfferingRow = Resource<Tagged> & { readonly offering: InstanceTypeOffering }

const offeringFilters: FilterTable<OfferingRow> = {
  'instance-type': ({ offering }) => said(offering.InstanceType),
  location: ({ offering }) => said(offering.Location),
}

/** DescribeInstanceTypes, DescribeInstanceTypeOfferings: the sizes that there are. */
export const instanceTypeActions = {
  DescribeInstanceTypes: (input) => {
    const { InstanceTypes: asked = [] } = input
    const unknown = asked.filter((name) => !namedTypes.has(name))
    if (unknown.length > 0) {
      throw new ActionError(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      )
    }
    const page = { least: 5, most: 100 }
    const choice = { rows: typeRows, filters: typeFilters, ids: asked, page }
    const { rows, ...next } = selectPage<Tagged, TypeRow>(input, choice)
    return { InstanceTypes: rows.map(({ info }) => info), ...next }
  },

  DescribeInstanceTypeOfferings: (input, transaction) => {
    const { LocationType: type = 'region' } = input
    const rows = locationsOf(type, transaction).flatMap((location) =>
      [...namedTypes.keys()].map((name) => offeringRow(name, type, location)),
    )
    const page = { least: 5, most: 1000 }
    const choice = { rows, filters: offeringFilters, page }
    const { rows: chosen, ...next } = selectPage<Tagged, OfferingRow>(input, choice)
    return { InstanceTypeOfferings: chosen.map(({ offering }) => offering), ...next }
  },
} as const satisfies Handlers

const rowOf = (id: string): Resource<Tagged> => ({
  id,
  spec: {},
  order: id,
  uid: '',
  resourceVersion: '',
})

const typeRows: readonly TypeRow[] = [...namedTypes.values()].map((type) => ({
  ...rowOf(type.alias),
  info: describeType(type),
}))

function offeringRow(name: string, type: LocationType, location: string): OfferingRow {
  const offering = { InstanceType: name, LocationType: type, Location: location }
  return { ...rowOf(`${location}/${name}`), offering: offering as InstanceTypeOffering }
}

function locationsOf(type: LocationType, { caller, zones }: Transaction): readonly string[] {
  if (type === 'region') return [caller.region]
  if (type === 'availability-zone') return zones.map(({ name }) => name)
  if (type === 'availability-zone-id') return zones.map(({ id }) => id)
  throw invalidValue('LocationType', type)
}

/** Whether a launch may say how many threads a core has. Source: EC2's user guide, CPU options: families of before 2015 know none. */
function hasCpuOptions({ alias }: NamedType): boolean {
  return !/^(t[12]|m1|m3)\./.test(alias)
}

/** Containers have no cores of their own: two CPUs are told as one core of two threads, as the names that are borrowed have it. */
function describeType(type: NamedType): InstanceTypeInfo {
  const vcpus = vcpusOf(type)
  const threads = vcpus > 1 && !type.alias.startsWith('t4g.') ? 2 : 1
  const cores = vcpus / threads
  return {
    InstanceType: type.alias as NonNullable<InstanceTypeInfo['InstanceType']>,
    CurrentGeneration: !/^([tm]1|m3)\./.test(type.alias),
    FreeTierEligible: false,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    ProcessorInfo: { SupportedArchitectures: ['x86_64', 'arm64'] },
    VCpuInfo: {
      DefaultVCpus: vcpus,
      DefaultCores: cores,
      DefaultThreadsPerCore: threads,
      ...(hasCpuOptions(type) && {
        ValidCores: [cores],
        ValidThreadsPerCore: [...new Set([1, threads])],
      }),
    },
    MemoryInfo: { SizeInMiB: type.memoryMi },
    InstanceStorageSupported: false,
    EbsInfo: {
      EbsOptimizedSupport: 'default',
      EncryptionSupport: 'unsupported',
      NvmeSupport: 'unsupported',
    },
    NetworkInfo: {
      MaximumNetworkInterfaces: 1,
      MaximumNetworkCards: 1,
      DefaultNetworkCardIndex: 0,
      Ipv4AddressesPerInterface: 1,
      Ipv6AddressesPerInterface: 1,
      Ipv6Supported: true,
      EnaSupport: 'unsupported',
      EfaSupported: false,
    },
    PlacementGroupInfo: { SupportedStrategies: ['spread'] },
    HibernationSupported: false,
    BurstablePerformanceSupported: isBurstable(type),
    DedicatedHostsSupported: false,
    AutoRecoverySupported: true,
    SupportedBootModes: ['legacy-bios', 'uefi'],
  }
}
