import { createIamId, isSameName } from '../../account/iam-id.ts'
import { iamKinds, type RoleSpec } from '../../account/kinds.ts'
import { parsePolicy } from '../../account/policy/policy.ts'
import { iamArn } from '../../account/resource-arn.ts'
import { ActionError } from '../../action/errors.ts'
import { withTags } from '../../action/tag/tags.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { IamHandlers } from './handlers.ts'
import { policyNamed, tellDocument, withPolicy } from './inline-policies.ts'
import { listPage } from './list-page.ts'
import {
  assertBelow,
  deleteConflict,
  noSuchEntity,
  parseName,
  parsePath,
  validation,
} from './name.ts'
import { refuseBoundary } from './refuse-boundary.ts'
import { tellTags } from './tell-tags.ts'

const MOST_ROLES = 1000
const MOST_POLICY_CHARACTERS = 10_240
const MOST_TRUST_CHARACTERS = 2048
/** Seconds. */
const [LEAST_SESSION, MOST_SESSION] = [3600, 43_200]

/** Roles: what instances may do, by a profile that names one. */
export const roleActions = {
  CreateRole: (input, transaction) => {
    refuseBoundary(input)
    const { MaxSessionDuration = LEAST_SESSION, Description } = input
    const RoleName = parseName('RoleName', input.RoleName)
    const Path = parsePath(input.Path)
    const AssumeRolePolicyDocument = parseTrust(input.AssumeRolePolicyDocument)
    if (MaxSessionDuration < LEAST_SESSION || MaxSessionDuration > MOST_SESSION) {
      throw validation(`MaxSessionDuration is from ${LEAST_SESSION} to ${MOST_SESSION} seconds`)
    }
    const roles = transaction.list(iamKinds.roles)
    assertBelow('RolesPerAccount', MOST_ROLES, roles.length)
    if (roles.some(({ spec }) => isSameName(spec.RoleName, RoleName))) {
      throw new ActionError('EntityAlreadyExists', `Role with name ${RoleName} already exists.`)
    }
    const RoleId = createIamId('AROA')
    const spec: RoleSpec = {
      Path,
      RoleName,
      RoleId,
      Arn: iamArn(transaction.caller.account.id, 'role', { path: Path, name: RoleName }),
      CreateDate: transaction.now,
      AssumeRolePolicyDocument,
      MaxSessionDuration,
      ...(Description !== undefined && { Description }),
      Policies: [],
      Tags: withTags({}, input.Tags ?? []) as RoleSpec['Tags'],
    }
    return { Role: tellRole(transaction.create(iamKinds.roles, spec, RoleId.toLowerCase()).spec) }
  },

  GetRole: ({ RoleName }, transaction) => ({
    Role: tellRole(roleNamed(transaction, RoleName).spec),
  }),

  ListRoles: ({ PathPrefix = '/', ...input }, transaction) => {
    const roles = transaction
      .list(iamKinds.roles)
      .map(({ spec }) => spec)
      .filter(({ Path }) => Path.startsWith(PathPrefix))
    const { rows, ...page } = listPage(roles, ({ RoleName }) => RoleName, input)
    return { Roles: rows.map(tellRole), ...page }
  },

  DeleteRole: ({ RoleName }, transaction) => {
    const role = roleNamed(transaction, RoleName)
    const profiles = transaction.list(iamKinds.instanceProfiles)
    if (profiles.some(({ spec }) => spec.RoleId === role.spec.RoleId)) {
      throw deleteConflict('remove roles from instance profile')
    }
    if (role.spec.Policies.length > 0) throw deleteConflict('delete policies')
    transaction.remove(iamKinds.roles, role)
    return {}
  },

  PutRolePolicy: (input, transaction) => {
    const role = roleNamed(transaction, input.RoleName)
    const { PolicyName = '', PolicyDocument = '' } = input
    const Policies = withPolicy(
      role.spec.Policies,
      { PolicyName, PolicyDocument },
      { type: 'role', name: role.spec.RoleName, mostCharacters: MOST_POLICY_CHARACTERS },
    )
    transaction.change(iamKinds.roles, role, { Policies })
    return {}
  },

  GetRolePolicy: ({ RoleName, PolicyName }, transaction) => {
    const { spec } = roleNamed(transaction, RoleName)
    const found = policyNamed(spec.Policies, PolicyName, 'role')
    return {
      RoleName: spec.RoleName,
      PolicyName: found.PolicyName,
      PolicyDocument: tellDocument(found.PolicyDocument),
    }
  },

  ListRolePolicies: ({ RoleName, ...input }, transaction) => {
    const names = roleNamed(transaction, RoleName).spec.Policies.map(({ PolicyName }) => PolicyName)
    const { rows, ...page } = listPage(names, (name) => name, input)
    return { PolicyNames: rows, ...page }
  },

  DeleteRolePolicy: ({ RoleName, PolicyName }, transaction) => {
    const role = roleNamed(transaction, RoleName)
    const gone = policyNamed(role.spec.Policies, PolicyName, 'role')
    const Policies = role.spec.Policies.filter((each) => each !== gone)
    transaction.change(iamKinds.roles, role, { Policies })
    return {}
  },

  ListAttachedRolePolicies: ({ RoleName }, transaction) => {
    roleNamed(transaction, RoleName)
    return { AttachedPolicies: [], IsTruncated: false }
  },
} as const satisfies IamHandlers

/** Returns a role; names of IAM's are the same whatever their case. */
export function roleNamed(transaction: Transaction, name: string | undefined): Resource<RoleSpec> {
  const RoleName = parseName('RoleName', name)
  const found = transaction
    .list(iamKinds.roles)
    .find(({ spec }) => isSameName(spec.RoleName, RoleName))
  if (found !== undefined) return found
  throw noSuchEntity(`The role with name ${RoleName} cannot be found.`)
}

/** Returns a role as IAM tells it. */
export function tellRole(spec: RoleSpec) {
  const { Path, RoleName, RoleId, Arn, CreateDate, Description, MaxSessionDuration, Tags } = spec
  return {
    Path,
    RoleName,
    RoleId,
    Arn,
    CreateDate: new Date(CreateDate),
    AssumeRolePolicyDocument: tellDocument(spec.AssumeRolePolicyDocument),
    Description,
    MaxSessionDuration,
    ...tellTags(Tags),
  }
}

function parseTrust(document = ''): string {
  if (document.replace(/\s/g, '').length > MOST_TRUST_CHARACTERS) {
    throw new ActionError(
      'LimitExceeded',
      `Cannot exceed quota for ACLSizePerRole: ${MOST_TRUST_CHARACTERS}`,
    )
  }
  parsePolicy(document, 'trust')
  return document
}
