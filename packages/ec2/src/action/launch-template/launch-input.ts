import type { Tag } from '@aws-sdk/client-ec2'

import { definedOf } from '../../resource/defined.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError } from '../errors.ts'
import type { Loose } from '../sdk-action.ts'
import { findTemplate } from './find-template.ts'
import { findVersion, type TemplateData } from './versions.ts'

/** What a launch is asked; moments may be texts, as a template keeps them. */
export type LaunchInput = Loose<Input<'RunInstances'>>

/**
 * Returns what a launch is asked with its template under it: what the launch says itself counts, and of devices, interfaces and tagged types the one
 * that it names.
 *
 * @throws {@link ActionError} where the template, or its version, is not there.
 */
export function withTemplate(transaction: Transaction, input: LaunchInput): LaunchInput {
  const { LaunchTemplate: meant, ...own } = input
  if (meant === undefined) return input
  const { version } = findMeant(transaction, meant)
  return mergeLaunch(version.LaunchTemplateData ?? {}, own)
}

/** Returns the tags by which an instance says of which template it was launched. Source: EC2's user guide, launch templates. */
export function templateTags(
  transaction: Transaction,
  { LaunchTemplate: meant }: Pick<LaunchInput, 'LaunchTemplate'>,
): readonly Tag[] {
  if (meant === undefined) return []
  const { spec, version } = findMeant(transaction, meant)
  return [
    { Key: 'aws:ec2launchtemplate:id', Value: spec.LaunchTemplateId },
    { Key: 'aws:ec2launchtemplate:version', Value: String(version.VersionNumber) },
  ]
}

function findMeant(transaction: Transaction, meant: NonNullable<LaunchInput['LaunchTemplate']>) {
  const { spec } = findTemplate(transaction, meant, 'launch from')
  const said = meant.Version ?? '$Default'
  const version = findVersion(spec, said)
  if (version !== undefined) return { spec, version }
  throw new ActionError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${said.slice(0, 20)} for the launch template with ID ${spec.LaunchTemplateId}.`,
  )
}

/** Returns a launch over what a template says. */
export function mergeLaunch(template: TemplateData, own: LaunchInput): LaunchInput {
  const { RamDiskId, InstanceRequirements, ElasticGpuSpecifications: _, ...data } = template
  if (InstanceRequirements !== undefined) {
    throw new ActionError(
      'InvalidParameterCombination',
      'A template with InstanceRequirements names no instance type: it is for groups and fleets.',
    )
  }
  const under: Partial<LaunchInput> = {
    ...data,
    ...(RamDiskId !== undefined && { RamdiskId: RamDiskId }),
  } as Partial<LaunchInput>
  const merged = { ...under, ...definedOf(own) } as LaunchInput
  return {
    ...merged,
    ...mergeList('BlockDeviceMappings', under, own),
    ...mergeList('NetworkInterfaces', under, own),
    ...mergeList('TagSpecifications', under, own),
  }
}

/** By what an item of a list is known. */
const keys = {
  BlockDeviceMappings: 'DeviceName',
  NetworkInterfaces: 'DeviceIndex',
  TagSpecifications: 'ResourceType',
} as const

function mergeList(
  list: keyof typeof keys,
  under: Partial<LaunchInput>,
  own: LaunchInput,
): Partial<LaunchInput> {
  const keyOf = (item: object): unknown => (item as Readonly<Record<string, unknown>>)[keys[list]]
  const over: readonly object[] = own[list] ?? []
  const named = new Set(over.map(keyOf))
  const below: readonly object[] = under[list] ?? []
  const merged = [...below.filter((item) => !named.has(keyOf(item))), ...over]
  return merged.length === 0 ? {} : { [list]: merged }
}
