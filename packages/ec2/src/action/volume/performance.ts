import type * as EC2 from '@aws-sdk/client-ec2'

import { ActionError, invalidCombination } from '../errors.ts'

type Range = { readonly least: number; readonly most: number }

type VolumeRule = {
  readonly gib: Range
  /** Where they can be chosen; where nothing is chosen, the default counts, or they have to be. */
  readonly iops?: Range & { readonly default?: number; readonly mostPerGib: number }
  /** MiB/s. */
  readonly throughput?: Range & { readonly default: number; readonly mostPerIops: number }
  readonly canAttachToMany: boolean
}

/** Source: EC2's API reference, CreateVolume; EBS's user guide, volume types. */
const rules = {
  standard: { gib: { least: 1, most: 1024 }, canAttachToMany: false },
  gp2: { gib: { least: 1, most: 16_384 }, canAttachToMany: false },
  gp3: {
    gib: { least: 1, most: 65_536 },
    iops: { least: 3000, most: 80_000, default: 3000, mostPerGib: 500 },
    throughput: { least: 125, most: 2000, default: 125, mostPerIops: 0.25 },
    canAttachToMany: false,
  },
  io1: {
    gib: { least: 4, most: 16_384 },
    iops: { least: 100, most: 64_000, mostPerGib: 50 },
    canAttachToMany: true,
  },
  io2: {
    gib: { least: 4, most: 65_536 },
    iops: { least: 100, most: 256_000, mostPerGib: 1000 },
    canAttachToMany: true,
  },
  st1: { gib: { least: 125, most: 16_384 }, canAttachToMany: false },
  sc1: { gib: { least: 125, most: 16_384 }, canAttachToMany: false },
} as const satisfies Record<EC2.VolumeType, VolumeRule>

/** How large and how fast a volume is to be. */
export type PerformanceWish = {
  readonly VolumeType?: string | undefined
  /** GiB. */
  readonly Size: number
  readonly Iops?: number | undefined
  /** MiB/s. */
  readonly Throughput?: number | undefined
  readonly MultiAttachEnabled?: boolean | undefined
}

/** How large and how fast it is. */
export type Performance = {
  readonly VolumeType: EC2.VolumeType
  readonly Size: number
  readonly Iops?: number
  readonly Throughput?: number
  readonly MultiAttachEnabled: boolean
}

/**
 * Returns a volume's size and speed, with what its type gives where nothing is said.
 *
 * @throws {@link ActionError} for what its type has not.
 */
export function readPerformance(wish: PerformanceWish): Performance {
  const { VolumeType = 'gp2', Size, MultiAttachEnabled = false } = wish
  const rule = ruleOf(VolumeType)
  if (MultiAttachEnabled && rule?.canAttachToMany !== true) {
    throw dependent('MultiAttachEnabled', 'VolumeType as io1 or io2')
  }
  if (rule === undefined) {
    const said = VolumeType.slice(0, 100)
    throw new ActionError(
      'UnknownVolumeType',
      `Unsupported volume type '${said}' for volume creation.`,
    )
  }
  assertSize(VolumeType, Size, rule.gib)
  const Iops = readIops(VolumeType, wish, rule)
  const Throughput = readThroughput(wish, Iops, rule)
  return {
    VolumeType: VolumeType as EC2.VolumeType,
    Size,
    ...(Iops !== undefined && { Iops }),
    ...(Throughput !== undefined && { Throughput }),
    MultiAttachEnabled,
  }
}

function ruleOf(type: string): VolumeRule | undefined {
  return Object.hasOwn(rules, type) ? rules[type as EC2.VolumeType] : undefined
}

function assertSize(type: string, size: number, { least, most }: Range): void {
  const of = `Volume of ${size}GiB is too`
  const invalid = (why: string): ActionError =>
    new ActionError('InvalidParameterValue', `${of} ${why}`)
  if (size < least) throw invalid(`small for volume type ${type}; minimum is ${least}GiB.`)
  if (size > most) throw invalid(`large for volume type ${type}; maximum is ${most}GiB.`)
}

function readIops(
  type: string,
  { Iops, Size }: PerformanceWish,
  { iops: rule }: VolumeRule,
): number | undefined {
  if (rule === undefined) {
    if (Iops !== undefined) {
      throw invalidCombination(`The parameter iops is not supported for ${type} volumes.`)
    }
    return type === 'gp2' ? iopsOfGp2(Size) : undefined
  }
  const iops = Iops ?? rule.default
  if (iops === undefined) {
    throw invalidCombination(`The parameter iops must be specified for ${type} volumes.`)
  }
  assertRange('iops', iops, rule)
  const ratio = iops / Size
  if (ratio > rule.mostPerGib && iops > (rule.default ?? 0)) {
    throw invalidCombination(
      `Iops to volume size ratio of ${ratio.toFixed(6)} is too high; maximum is ${rule.mostPerGib}`,
    )
  }
  return iops
}

/** It grows with the volume, between 100 and 16,000. */
function iopsOfGp2(size: number): number {
  return Math.min(16_000, Math.max(100, 3 * size))
}

function readThroughput(
  { Throughput }: PerformanceWish,
  iops: number | undefined,
  { throughput: rule }: VolumeRule,
): number | undefined {
  if (rule === undefined) {
    if (Throughput === undefined) return undefined
    throw dependent('Throughput', 'VolumeType as gp3')
  }
  const throughput = Throughput ?? rule.default
  assertRange('throughput', throughput, rule)
  const ratio = throughput / (iops ?? 1)
  if (ratio > rule.mostPerIops) {
    throw invalidCombination(
      `Throughput (MiBps) to iops ratio of ${ratio.toFixed(6)} is too high; maximum is ${rule.mostPerIops} MiBps per iops.`,
    )
  }
  return throughput
}

function assertRange(what: string, value: number, { least, most }: Range): void {
  const invalid = (why: string): ActionError =>
    new ActionError('InvalidParameterValue', `Volume ${what} of ${value} is too ${why}.`)
  if (value < least) throw invalid(`low; minimum is ${least}`)
  if (value > most) throw invalid(`high; maximum is ${most}`)
}

function dependent(parameter: string, needed: string): ActionError {
  return new ActionError(
    'InvalidParameterDependency',
    `The parameter ${parameter} requires the parameter ${needed} to be set.`,
  )
}
