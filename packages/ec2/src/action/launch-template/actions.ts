import type * as EC2 from '@aws-sdk/client-ec2'

import { selectPage } from '../../door/select-page.ts'
import { ec2Kinds, type LaunchTemplateSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { ActionError, invalidValue, missingParameter } from '../errors.ts'
import type { Loose } from '../sdk-action.ts'
import { tagsFor } from '../tag/tags.ts'
import { deleteVersions } from './delete-versions.ts'
import { selectVersions } from './describe-versions.ts'
import { templateFilters } from './filters.ts'
import { findTemplate, templateOfName } from './find-template.ts'
import { describeVersion, findVersion, withVersion, type TemplateData } from './versions.ts'

const { launchTemplates } = ec2Kinds

const page = { least: 1, most: 200 }

/** Source: EC2's API reference, CreateLaunchTemplate. */
const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/
const MOST_DESCRIPTION = 255
/** All versions of a template are one object: it may not grow without end. */
const MOST_CHARACTERS = 512 * 1024

/** All that is done with launch templates. */
export const launchTemplateActions = {
  CreateLaunchTemplate: (input, transaction) => {
    const name = newName(input.LaunchTemplateName, transaction)
    const Tags = tagsFor(input.TagSpecifications, 'launch-template')
    const version = newVersion(transaction, input, input.LaunchTemplateData)
    const { now: CreateTime, caller } = transaction
    const { spec } = transaction.create(launchTemplates, (LaunchTemplateId) =>
      withVersion(
        {
          LaunchTemplateId,
          LaunchTemplateName: name,
          CreateTime,
          CreatedBy: caller.arn,
          DefaultVersionNumber: 1,
          Versions: [],
          NextVersionNumber: 1,
          ...(Tags.length > 0 && { Tags: [...Tags] }),
        },
        version,
      ),
    )
    return { LaunchTemplate: describe(spec) }
  },

  CreateLaunchTemplateVersion: (input, transaction) => {
    const template = findTemplate(transaction, input)
    const { SourceVersion, LaunchTemplateData } = input
    const source =
      SourceVersion === undefined
        ? undefined
        : known(template.spec, SourceVersion).LaunchTemplateData
    const version = newVersion(transaction, input, {
      ...source,
      ...LaunchTemplateData,
    } as TemplateData)
    const changed = withVersion(template.spec, version)
    if (JSON.stringify(changed).length > MOST_CHARACTERS) {
      throw new ActionError(
        'VersionLimitExceeded',
        `The versions of ${template.id} would be larger than ${MOST_CHARACTERS} characters: delete some.`,
      )
    }
    transaction.change(launchTemplates, template, changed)
    const made = changed.Versions.at(-1)
    return { LaunchTemplateVersion: describeVersion(changed, made ?? {}) }
  },

  DescribeLaunchTemplates: (input, transaction) => {
    const { LaunchTemplateIds = [], LaunchTemplateNames = [] } = input
    const named = LaunchTemplateNames.map((name) => idOfName(transaction, name))
    const ids = [...named, ...LaunchTemplateIds]
    const rows = transaction.list(launchTemplates)
    const { rows: chosen, ...next } = selectPage(input, {
      rows,
      filters: templateFilters,
      ids,
      notFound: () => noneOf(launchTemplates.notFound),
      page,
    })
    const sorted =
      ids.length === 0
        ? chosen
        : chosen.toSorted((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
    return { LaunchTemplates: sorted.map(({ spec }) => describe(spec)), ...next }
  },

  DescribeLaunchTemplateVersions: (input, transaction) => {
    const { rows, ...next } = selectVersions(transaction, input)
    return { LaunchTemplateVersions: rows.map(({ version }) => version), ...next }
  },

  ModifyLaunchTemplate: (input, transaction) => {
    const template = findTemplate(transaction, input)
    const { DefaultVersion } = input
    if (DefaultVersion === undefined) throw missingParameter('SetDefaultVersion')
    const { VersionNumber } = known(template.spec, DefaultVersion)
    const { spec } = transaction.change(launchTemplates, template, {
      DefaultVersionNumber: VersionNumber,
    })
    return { LaunchTemplate: describe(spec) }
  },

  DeleteLaunchTemplate: (input, transaction) => {
    const template = findTemplate(transaction, input, 'delete')
    transaction.remove(launchTemplates, template)
    return { LaunchTemplate: describe(template.spec) }
  },

  DeleteLaunchTemplateVersions: (input, transaction) => {
    const template = findTemplate(transaction, input)
    const { left, successes, failures } = deleteVersions(template.spec, input.Versions ?? [])
    if (successes.length > 0) transaction.change(launchTemplates, template, left)
    return {
      SuccessfullyDeletedLaunchTemplateVersions: successes,
      UnsuccessfullyDeletedLaunchTemplateVersions: failures,
    }
  },
} as const satisfies Handlers

function describe(template: LaunchTemplateSpec): Loose<EC2.LaunchTemplate> {
  const { Versions: _, NextVersionNumber: __, ...told } = template
  return told
}

function newName(name: string | undefined, transaction: Transaction): string {
  if (name === undefined) throw missingParameter('LaunchTemplateName')
  if (!NAME.test(name)) {
    throw new ActionError(
      'InvalidLaunchTemplateName.MalformedException',
      'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.',
    )
  }
  if (templateOfName(transaction, name) === undefined) return name
  throw new ActionError(
    'InvalidLaunchTemplateName.AlreadyExistsException',
    'Launch template name already in use.',
  )
}

function newVersion(
  { now, caller }: Transaction,
  { VersionDescription }: { readonly VersionDescription?: string | undefined },
  data: EC2.RequestLaunchTemplateData | TemplateData | undefined,
) {
  if (data === undefined || Object.keys(data).length === 0) {
    throw missingParameter('LaunchTemplateData')
  }
  if ((VersionDescription ?? '').length > MOST_DESCRIPTION) {
    throw invalidValue('VersionDescription', VersionDescription)
  }
  return {
    CreateTime: now,
    CreatedBy: caller.arn,
    ...(VersionDescription !== undefined && { VersionDescription }),
    LaunchTemplateData: data as TemplateData,
  }
}

/** @throws {@link ActionError} where the template has no such version. */
function known(spec: LaunchTemplateSpec, said: string) {
  const version = findVersion(spec, said)
  if (version !== undefined) return version
  throw new ActionError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `The launch template version ${said.slice(0, 20)} is not found for the specified launch template.`,
  )
}

function idOfName(transaction: Transaction, name: string): string {
  const found: Resource<LaunchTemplateSpec> | undefined = templateOfName(transaction, name)
  if (found !== undefined) return found.id
  throw noneOf('InvalidLaunchTemplateName.NotFoundException')
}

function noneOf(code: string): ActionError {
  return new ActionError(
    code,
    'At least one of the launch templates specified in the request does not exist.',
  )
}
