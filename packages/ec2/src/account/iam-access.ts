import type { Call } from '../door/dispatcher.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { GLOBAL_REGION } from './caller.ts'
import { isSameName } from './iam-id.ts'
import { iamKinds } from './kinds.ts'
import type { Need } from './needed-access.ts'
import { principalOf } from './principal.ts'
import { iamArn } from './resource-arn.ts'

type IamType = 'user' | 'role' | 'instance-profile'

/** Returns what has to be allowed for an action of IAM: it on the user, role or instance profile that it names. */
export function iamNeeds(call: Call, view: ResourceView): readonly Need[] {
  const { action, caller, input } = call
  const own = `iam:${action}`
  const { InstanceProfileName, RoleName, UserName } = input
  if (typeof InstanceProfileName === 'string') {
    const resource = arnOf('instance-profile', InstanceProfileName, { call, view })
    // Whoever gives a profile a role gives it to its instances.
    const isPassing = action === 'AddRoleToInstanceProfile' && typeof RoleName === 'string'
    const passed = isPassing
      ? [{ action: 'iam:PassRole', resource: arnOf('role', RoleName, { call, view }) }]
      : []
    return [{ action: own, resource }, ...passed]
  }
  if (typeof RoleName === 'string') {
    return [{ action: own, resource: arnOf('role', RoleName, { call, view }) }]
  }
  if (typeof UserName === 'string') {
    return [{ action: own, resource: arnOf('user', UserName, { call, view }) }]
  }
  // Without a name it is about whoever asks.
  const isOwn = /^(Create|Delete|List|Update)AccessKeys?$|^GetUser$/.test(action)
  const resource = isOwn ? (principalOf(view, caller)?.arn ?? caller.arn) : '*'
  return [{ action: own, resource }]
}

/** Of what is there its own, with its path; of what is not the one that it would have. */
function arnOf(
  type: IamType,
  name: string,
  { call, view }: { readonly call: Call; readonly view: ResourceView },
): string {
  const { caller, input } = call
  const known = arnsOf(type, caller.account.namespace, view).find(([each]) =>
    isSameName(each, name),
  )
  const path = typeof input['Path'] === 'string' ? input['Path'] : '/'
  return known?.[1] ?? iamArn(caller.account.id, type, { path, name })
}

function arnsOf(
  type: IamType,
  namespace: string,
  view: ResourceView,
): readonly (readonly [name: string, arn: string])[] {
  const place = { namespace, region: GLOBAL_REGION }
  if (type === 'user') {
    return view.list(iamKinds.users, place).map(({ spec }) => [spec.UserName, spec.Arn])
  }
  if (type === 'role') {
    return view.list(iamKinds.roles, place).map(({ spec }) => [spec.RoleName, spec.Arn])
  }
  return view
    .list(iamKinds.instanceProfiles, place)
    .map(({ spec }) => [spec.InstanceProfileName, spec.Arn])
}
