import { rootArnOf } from '../../account/caller.ts'
import { createIamId, isSameName } from '../../account/iam-id.ts'
import { iamKinds, type UserSpec } from '../../account/kinds.ts'
import { iamArn } from '../../account/resource-arn.ts'
import { ActionError } from '../../action/errors.ts'
import { withTags } from '../../action/tag/tags.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { IamHandlers } from './handlers.ts'
import { policyNamed, tellDocument, withPolicy } from './inline-policies.ts'
import { listPage } from './list-page.ts'
import { assertBelow, deleteConflict, noSuchEntity, parseName, parsePath } from './name.ts'
import { refuseBoundary } from './refuse-boundary.ts'
import { tellTags } from './tell-tags.ts'

const MOST_USERS = 5000
const MOST_POLICY_CHARACTERS = 2048

/** Users, and what each of them may do. */
export const userActions = {
  CreateUser: (input, transaction) => {
    refuseBoundary(input)
    const UserName = parseName('UserName', input.UserName)
    const Path = parsePath(input.Path)
    const users = transaction.list(iamKinds.users)
    assertBelow('UsersPerAccount', MOST_USERS, users.length)
    if (users.some(({ spec }) => isSameName(spec.UserName, UserName))) {
      throw new ActionError('EntityAlreadyExists', `User with name ${UserName} already exists.`)
    }
    const UserId = createIamId('AIDA')
    const spec: UserSpec = {
      Path,
      UserName,
      UserId,
      Arn: iamArn(transaction.caller.account.id, 'user', { path: Path, name: UserName }),
      CreateDate: transaction.now,
      Policies: [],
      Tags: withTags({}, input.Tags ?? []) as UserSpec['Tags'],
    }
    return { User: tellUser(transaction.create(iamKinds.users, spec, UserId.toLowerCase()).spec) }
  },

  GetUser: ({ UserName }, transaction) => {
    const { account, userId } = transaction.caller
    if (UserName !== undefined) return { User: tellUser(userNamed(transaction, UserName).spec) }
    const own = transaction.find(iamKinds.users, userId.toLowerCase())
    if (own !== undefined) return { User: tellUser(own.spec) }
    if (userId !== account.id) {
      throw new ActionError(
        'ValidationError',
        'Must specify userName when calling with non-User credentials',
      )
    }
    const Arn = rootArnOf(account)
    // Of the root nobody says when it was made.
    return {
      User: { Path: '/', UserName: undefined, UserId: account.id, Arn, CreateDate: undefined },
    }
  },

  DeleteUser: ({ UserName }, transaction) => {
    const user = userNamed(transaction, UserName)
    const { UserId, Policies } = user.spec
    const keys = transaction.list(iamKinds.accessKeys)
    if (keys.some(({ spec }) => spec.UserId === UserId)) throw deleteConflict('delete access keys')
    if (Policies.length > 0) throw deleteConflict('delete policies')
    transaction.remove(iamKinds.users, user)
    return {}
  },

  ListUsers: ({ PathPrefix = '/', ...input }, transaction) => {
    const users = transaction
      .list(iamKinds.users)
      .map(({ spec }) => spec)
      .filter(({ Path }) => Path.startsWith(PathPrefix))
    const { rows, ...page } = listPage(users, ({ UserName }) => UserName, input)
    return { Users: rows.map(tellUser), ...page }
  },

  PutUserPolicy: (input, transaction) => {
    const user = userNamed(transaction, input.UserName)
    const owner = {
      type: 'user',
      name: user.spec.UserName,
      mostCharacters: MOST_POLICY_CHARACTERS,
    } as const
    const Policies = withPolicy(user.spec.Policies, definedOf(input), owner)
    transaction.change(iamKinds.users, user, { Policies })
    return {}
  },

  GetUserPolicy: ({ UserName, PolicyName }, transaction) => {
    const { spec } = userNamed(transaction, UserName)
    const found = policyNamed(spec.Policies, PolicyName, 'user')
    return {
      UserName: spec.UserName,
      PolicyName: found.PolicyName,
      PolicyDocument: tellDocument(found.PolicyDocument),
    }
  },

  ListUserPolicies: ({ UserName, ...input }, transaction) => {
    const names = userNamed(transaction, UserName).spec.Policies.map(({ PolicyName }) => PolicyName)
    const { rows, ...page } = listPage(names, (name) => name, input)
    return { PolicyNames: rows, ...page }
  },

  DeleteUserPolicy: ({ UserName, PolicyName }, transaction) => {
    const user = userNamed(transaction, UserName)
    const gone = policyNamed(user.spec.Policies, PolicyName, 'user')
    const Policies = user.spec.Policies.filter((each) => each !== gone)
    transaction.change(iamKinds.users, user, { Policies })
    return {}
  },

  ListAttachedUserPolicies: ({ UserName }, transaction) => {
    userNamed(transaction, UserName)
    return { AttachedPolicies: [], IsTruncated: false }
  },

  ListGroupsForUser: ({ UserName }, transaction) => {
    userNamed(transaction, UserName)
    return { Groups: [], IsTruncated: false }
  },
} as const satisfies IamHandlers

/** Returns a user; names of IAM's are the same whatever their case. */
export function userNamed(transaction: Transaction, name: string | undefined): Resource<UserSpec> {
  const UserName = parseName('UserName', name)
  const found = transaction
    .list(iamKinds.users)
    .find(({ spec }) => isSameName(spec.UserName, UserName))
  if (found !== undefined) return found
  throw noSuchEntity(`The user with name ${UserName} cannot be found.`)
}

function tellUser({ Path, UserName, UserId, Arn, CreateDate, Tags }: UserSpec) {
  return { Path, UserName, UserId, Arn, CreateDate: new Date(CreateDate), ...tellTags(Tags) }
}

function definedOf(input: {
  readonly PolicyName?: string | undefined
  readonly PolicyDocument?: string | undefined
}) {
  const { PolicyName = '', PolicyDocument = '' } = input
  return { PolicyName, PolicyDocument }
}
