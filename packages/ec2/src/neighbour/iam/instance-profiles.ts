import { createIamId, isSameName } from '../../account/iam-id.ts'
import { iamKinds, type InstanceProfileSpec } from '../../account/kinds.ts'
import { iamArn } from '../../account/resource-arn.ts'
import { ActionError } from '../../action/errors.ts'
import { withTags } from '../../action/tag/tags.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { IamHandlers } from './handlers.ts'
import { listPage } from './list-page.ts'
import { assertBelow, deleteConflict, noSuchEntity, parseName, parsePath } from './name.ts'
import { roleNamed, tellRole } from './roles.ts'
import { tellTags } from './tell-tags.ts'

const MOST_PROFILES = 1000
const MOST_ROLES = 1

/** Instance profiles: what an instance is given, with one role or none. */
export const instanceProfileActions = {
  CreateInstanceProfile: (input, transaction) => {
    const InstanceProfileName = parseName('InstanceProfileName', input.InstanceProfileName)
    const Path = parsePath(input.Path)
    const profiles = transaction.list(iamKinds.instanceProfiles)
    assertBelow('InstanceProfilesPerAccount', MOST_PROFILES, profiles.length)
    if (profiles.some(({ spec }) => isSameName(spec.InstanceProfileName, InstanceProfileName))) {
      throw new ActionError(
        'EntityAlreadyExists',
        `Instance Profile ${InstanceProfileName} already exists.`,
      )
    }
    const InstanceProfileId = createIamId('AIPA')
    const { id } = transaction.caller.account
    const spec: InstanceProfileSpec = {
      Path,
      InstanceProfileName,
      InstanceProfileId,
      Arn: iamArn(id, 'instance-profile', { path: Path, name: InstanceProfileName }),
      CreateDate: transaction.now,
      Tags: withTags({}, input.Tags ?? []) as InstanceProfileSpec['Tags'],
    }
    const name = InstanceProfileId.toLowerCase()
    const made = transaction.create(iamKinds.instanceProfiles, spec, name)
    return { InstanceProfile: tellProfile(transaction, made.spec) }
  },

  GetInstanceProfile: ({ InstanceProfileName }, transaction) => ({
    InstanceProfile: tellProfile(transaction, profileNamed(transaction, InstanceProfileName).spec),
  }),

  DeleteInstanceProfile: ({ InstanceProfileName }, transaction) => {
    const profile = profileNamed(transaction, InstanceProfileName)
    if (profile.spec.RoleId !== undefined) {
      throw deleteConflict('remove roles from instance profile')
    }
    transaction.remove(iamKinds.instanceProfiles, profile)
    return {}
  },

  ListInstanceProfiles: ({ PathPrefix = '/', ...input }, transaction) => {
    const profiles = transaction
      .list(iamKinds.instanceProfiles)
      .map(({ spec }) => spec)
      .filter(({ Path }) => Path.startsWith(PathPrefix))
    const { rows, ...page } = listPage(profiles, (spec) => spec.InstanceProfileName, input)
    return { InstanceProfiles: rows.map((spec) => tellProfile(transaction, spec)), ...page }
  },

  ListInstanceProfilesForRole: ({ RoleName, ...input }, transaction) => {
    const { RoleId } = roleNamed(transaction, RoleName).spec
    const profiles = transaction
      .list(iamKinds.instanceProfiles)
      .map(({ spec }) => spec)
      .filter((spec) => spec.RoleId === RoleId)
    const { rows, ...page } = listPage(profiles, (spec) => spec.InstanceProfileName, input)
    return { InstanceProfiles: rows.map((spec) => tellProfile(transaction, spec)), ...page }
  },

  AddRoleToInstanceProfile: ({ InstanceProfileName, RoleName }, transaction) => {
    const profile = profileNamed(transaction, InstanceProfileName)
    const { RoleId } = roleNamed(transaction, RoleName).spec
    const count = profile.spec.RoleId === undefined ? 0 : MOST_ROLES
    assertBelow('InstanceSessionsPerInstanceProfile', MOST_ROLES, count)
    transaction.change(iamKinds.instanceProfiles, profile, { RoleId })
    return {}
  },

  RemoveRoleFromInstanceProfile: ({ InstanceProfileName, RoleName }, transaction) => {
    const profile = profileNamed(transaction, InstanceProfileName)
    const { RoleId } = roleNamed(transaction, RoleName).spec
    if (profile.spec.RoleId !== RoleId) {
      throw noSuchEntity(
        `The role with name ${RoleName} is not in the instance profile ${InstanceProfileName}.`,
      )
    }
    transaction.change(iamKinds.instanceProfiles, profile, { RoleId: undefined })
    return {}
  },
} as const satisfies IamHandlers

/** Returns an instance profile; names of IAM's are the same whatever their case. */
function profileNamed(
  transaction: Transaction,
  name: string | undefined,
): Resource<InstanceProfileSpec> {
  const InstanceProfileName = parseName('InstanceProfileName', name)
  const found = transaction
    .list(iamKinds.instanceProfiles)
    .find(({ spec }) => isSameName(spec.InstanceProfileName, InstanceProfileName))
  if (found !== undefined) return found
  throw noSuchEntity(`Instance Profile ${InstanceProfileName} cannot be found.`)
}

function tellProfile(transaction: Transaction, { RoleId, Tags, ...spec }: InstanceProfileSpec) {
  const role =
    RoleId === undefined ? undefined : transaction.find(iamKinds.roles, RoleId.toLowerCase())
  return {
    ...spec,
    ...tellTags(Tags),
    CreateDate: new Date(spec.CreateDate),
    Roles: role === undefined ? [] : [tellRole(role.spec)],
  }
}
