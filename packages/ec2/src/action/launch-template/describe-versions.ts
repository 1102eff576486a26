import { selectPage, type Page } from '../../door/select-page.ts'
import { ec2Kinds, type LaunchTemplateSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidCombination } from '../errors.ts'
import { versionFilters, type VersionRow } from './filters.ts'
import { findTemplate } from './find-template.ts'
import { describeVersion, findVersion, type Version } from './versions.ts'

const page = { least: 1, most: 200 }

/** EC2's own words. */
const EITHER_OR =
  'To describe the launch template data for all your launch templates, for ‘--versions’ specify ‘$Latest’, ‘$Default’, or both, and omit ‘--launch-template-id’, ‘--launch-template-name’, and version numbers. To describe the launch template data for a specific launch template, specify ‘--launch-template-id’ or ‘--launch-template-name’, and for ‘--versions’ specify one or more of the following values: ‘$Latest’, ‘$Default’, or one or more version numbers.'

/** Returns the versions that are asked for: the newest of a template first, those between bounds as they were made. */
export function selectVersions(
  transaction: Transaction,
  input: Input<'DescribeLaunchTemplateVersions'>,
): Page<VersionRow> {
  const isBounded = (input.MinVersion ?? input.MaxVersion) !== undefined
  const rows = specsOf(transaction, input).flatMap(({ order, spec }) =>
    chosenOf(spec, input).map((version) => rowOf({ order, spec }, version, isBounded)),
  )
  return selectPage<object, VersionRow>(input, {
    rows: rows.toSorted((one, other) => (one.order < other.order ? -1 : 1)),
    filters: versionFilters,
    page,
  })
}

type Ordered = { readonly order: string; readonly spec: LaunchTemplateSpec }

function specsOf(
  transaction: Transaction,
  input: Input<'DescribeLaunchTemplateVersions'>,
): readonly Ordered[] {
  const { LaunchTemplateId, LaunchTemplateName, Versions = [] } = input
  if (LaunchTemplateId !== undefined || LaunchTemplateName !== undefined) {
    return [findTemplate(transaction, input, 'describe')]
  }
  if (Versions.length === 0) throw new ActionError('MissingParameter', EITHER_OR)
  if (Versions.some((said) => said !== '$Latest' && said !== '$Default')) {
    throw new ActionError('InvalidParameterValue', EITHER_OR)
  }
  return transaction.list(ec2Kinds.launchTemplates)
}

function chosenOf(
  spec: LaunchTemplateSpec,
  { Versions = [], MinVersion, MaxVersion }: Input<'DescribeLaunchTemplateVersions'>,
): readonly Version[] {
  if (Versions.length === 0) {
    const [least, most] = [boundOf(MinVersion, 1), boundOf(MaxVersion, Number.MAX_SAFE_INTEGER)]
    return spec.Versions.filter(
      ({ VersionNumber = 0 }) => VersionNumber >= least && VersionNumber <= most,
    )
  }
  if (MinVersion !== undefined || MaxVersion !== undefined) {
    throw invalidCombination('Versions cannot be specified with MinVersion or MaxVersion.')
  }
  return [...new Set(Versions.map((said) => versionOf(spec, said)))]
}

function boundOf(said: string | undefined, otherwise: number): number {
  if (said === undefined) return otherwise
  if (/^\d{1,9}$/.test(said)) return Number(said)
  throw new ActionError('InvalidParameterValue', `${said.slice(0, 20)} is no version number.`)
}

function versionOf(spec: LaunchTemplateSpec, said: string): Version {
  const version = findVersion(spec, said)
  if (version !== undefined) return version
  throw new ActionError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${said.slice(0, 20)} for the launch template with ID ${spec.LaunchTemplateId}.`,
  )
}

/** Sorted by it, newer versions come first, or last. */
function rowOf({ order, spec }: Ordered, version: Version, isOldestFirst: boolean): VersionRow {
  const number = version.VersionNumber ?? 0
  const rank = isOldestFirst ? number : Number.MAX_SAFE_INTEGER - number
  return {
    id: `${spec.LaunchTemplateId}/${number}`,
    order: `${order}/${spec.LaunchTemplateId}/${String(rank).padStart(16, '0')}`,
    spec: {},
    uid: '',
    resourceVersion: '',
    version: describeVersion(spec, version),
  }
}
