import type * as IAM from '@aws-sdk/client-iam'
import type { Kind, ObjectMeta, Wire } from '@nexqloud/kube'

import type { Ec2Kind, Tagged } from '../resource/kinds.ts'

/** Who has instances, and pays for them: an account is a namespace of the Kubernetes API. */
export type AccountObject = {
  readonly metadata?: ObjectMeta
  readonly spec: {
    readonly namespace: string
    /** What no later namespace of that name has. */
    readonly namespaceUid: string
  }
}

/** Accounts, for a client; each is named by its 12 digits. */
export const accounts: Kind<AccountObject> = {
  group: 'ec2.nexqloud.io',
  version: 'v1',
  kind: 'Account',
  plural: 'accounts',
  isNamespaced: false,
}

/** A policy of one principal alone. */
export type InlinePolicy = { readonly PolicyName: string; readonly PolicyDocument: string }

export type AccessKeySpec = Tagged & {
  readonly AccessKeyId: string
  /** Whose: the unique id of a user, or the account's own id for its root. */
  readonly UserId: string
  /** Base64; it opens for this key, account and principal alone. */
  readonly SealedSecret: string
  readonly Status: 'Active' | 'Inactive'
  /** ISO 8601. */
  readonly CreateDate: string
}

/** A structure of IAM's, of which some fields are always there. */
type Has<Structure, Field extends keyof Structure> = Structure & {
  readonly [Name in Field]-?: NonNullable<Structure[Name]>
}

export type UserSpec = Has<
  Wire<IAM.User>,
  'UserId' | 'UserName' | 'Path' | 'Arn' | 'CreateDate'
> & { readonly Policies: readonly InlinePolicy[] }

export type RoleSpec = Has<
  Wire<IAM.Role>,
  'RoleId' | 'RoleName' | 'Path' | 'Arn' | 'CreateDate' | 'AssumeRolePolicyDocument'
> & { readonly Policies: readonly InlinePolicy[] }

/** Its role is named; what the role is stands in the role. */
export type InstanceProfileSpec = Has<
  Wire<Omit<IAM.InstanceProfile, 'Roles'>>,
  'InstanceProfileId' | 'InstanceProfileName' | 'Path' | 'Arn' | 'CreateDate'
> & { readonly RoleId?: string | undefined }

type Own = Pick<Ec2Kind, 'kind' | 'plural' | 'prefix' | 'notFound' | 'noun'>

function kindOf<Spec extends Tagged>(own: Own): Ec2Kind<Spec> {
  // None of them is tagged by EC2's actions.
  const resourceType = own.noun as Ec2Kind['resourceType']
  return { group: 'ec2.nexqloud.io', version: 'v1', isNamespaced: true, resourceType, ...own }
}

/** What IAM keeps of an account, in its namespace; each is named by its unique id in lower case. */
export const iamKinds = {
  accessKeys: kindOf<AccessKeySpec>({
    kind: 'AccessKey',
    plural: 'accesskeys',
    prefix: 'AKIA',
    notFound: 'NoSuchEntity',
    noun: 'access-key',
  }),
  users: kindOf<UserSpec>({
    kind: 'User',
    plural: 'users',
    prefix: 'AIDA',
    notFound: 'NoSuchEntity',
    noun: 'user',
  }),
  roles: kindOf<RoleSpec>({
    kind: 'IamRole',
    plural: 'iamroles',
    prefix: 'AROA',
    notFound: 'NoSuchEntity',
    noun: 'role',
  }),
  instanceProfiles: kindOf<InstanceProfileSpec>({
    kind: 'InstanceProfile',
    plural: 'instanceprofiles',
    prefix: 'AIPA',
    notFound: 'NoSuchEntity',
    noun: 'instance-profile',
  }),
} as const
