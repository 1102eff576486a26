import type { ResourceView } from '../resource/resource-view.ts'
import { GLOBAL_REGION, rootArnOf, type Account, type Caller } from './caller.ts'
import { iamKinds, type InlinePolicy } from './kinds.ts'

/** Who somebody is, and what is allowed to them. */
export type Principal = {
  readonly arn: string
  readonly userId: string
  /** Of a user. */
  readonly userName?: string
  /** To the root of an account everything is allowed. */
  readonly policies: readonly InlinePolicy[] | 'all'
}

/**
 * Returns who is behind the unique id of a caller, as it is now: the account's own id is its root's, `AIDA…` a user's, `AROA…:NAME` a session's of
 * a role. Nothing where that is gone.
 */
export function findPrincipal(
  view: ResourceView,
  account: Account,
  userId: string,
): Principal | undefined {
  if (userId === account.id) {
    return { arn: rootArnOf(account), userId, policies: 'all' }
  }
  const place = { namespace: account.namespace, region: GLOBAL_REGION }
  const [id = '', session] = userId.split(':', 2)
  if (session !== undefined) {
    const role = view.get(iamKinds.roles, place, id.toLowerCase())
    if (role === undefined) return undefined
    const { RoleName, Policies: policies } = role.spec
    const arn = `arn:aws:sts::${account.id}:assumed-role/${RoleName}/${session}`
    return { arn, userId, policies }
  }
  const user = view.get(iamKinds.users, place, id.toLowerCase())
  if (user === undefined) return undefined
  const { Arn: arn, UserName: userName, Policies: policies } = user.spec
  return { arn, userId, userName, policies }
}

/** Returns who a caller is. */
export function principalOf(view: ResourceView, caller: Caller): Principal | undefined {
  return findPrincipal(view, caller.account, caller.userId)
}
