import type { Clock } from '@nexqloud/kernel'

import type { ResourceView } from '../resource/resource-view.ts'
import { GLOBAL_REGION, type Account } from './caller.ts'
import { iamKinds, type InstanceProfileSpec, type RoleSpec } from './kinds.ts'
import type { Seal } from './seal.ts'
import { issueSession, type SessionKey } from './session.ts'

/** An instance that was launched with an instance profile. */
export type ProfiledInstance = {
  readonly account: Account
  readonly instanceId: string
  /** Of its instance profile; its name does, too. */
  readonly profileArn: string
}

/** What an instance was launched with. */
export type InstanceRole = {
  readonly profile: InstanceProfileSpec
  /** Nothing where the profile has none. */
  readonly role: RoleSpec | undefined
  /** Whether instances may have the role. */
  readonly isTrusting: boolean
}

/** What an instance may do things with, for a while. */
export type RoleSession = SessionKey & { readonly roleName: string; readonly expiresMs: number }

/** Source: EC2's user guide: they are given anew before they end, and count for some six hours. */
export const COUNTS_MS = 6 * 3_600_000

/** Returns the profile and the role of an instance as they are now; nothing where there is no such profile. */
export function findInstanceRole(
  view: ResourceView,
  { account, profileArn }: Pick<ProfiledInstance, 'account' | 'profileArn'>,
): InstanceRole | undefined {
  const place = { namespace: account.namespace, region: GLOBAL_REGION }
  const profile = view
    .list(iamKinds.instanceProfiles, place)
    .find(({ spec }) => spec.Arn === profileArn || spec.InstanceProfileName === profileArn)?.spec
  if (profile === undefined) return undefined
  const roleId = profile.RoleId?.toLowerCase()
  const role = roleId === undefined ? undefined : view.get(iamKinds.roles, place, roleId)?.spec
  return { profile, role, isTrusting: role !== undefined && trustsEc2(role) }
}

/**
 * Returns what gives an instance a key of its profile's role; nothing where the profile has none, or the role does not trust EC2. What it may do follows from
 * the role's policies at each request.
 */
export function createRoleSessions(parts: {
  readonly view: ResourceView
  readonly seal: Seal
  readonly clock: Pick<Clock, 'wallMs'>
}): (instance: ProfiledInstance) => RoleSession | undefined {
  const { view, seal, clock } = parts
  return ({ account, instanceId, profileArn }) => {
    const { role, isTrusting } = findInstanceRole(view, { account, profileArn }) ?? {}
    if (role === undefined || isTrusting !== true) return undefined
    const { RoleId, RoleName: roleName } = role
    const arn = `arn:aws:sts::${account.id}:assumed-role/${roleName}/${instanceId}`
    const expiresMs = clock.wallMs() + COUNTS_MS
    const key = issueSession(seal, { account, arn, userId: `${RoleId}:${instanceId}` }, expiresMs)
    return { ...key, roleName, expiresMs }
  }
}

type Trust = {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: string | readonly string[]
  readonly Principal?: { readonly Service?: string | readonly string[] }
  readonly Condition?: object
}

/** One that has conditions trusts nobody here: nothing is known of an instance that asks. */
function trustsEc2({ AssumeRolePolicyDocument }: RoleSpec): boolean {
  const { Statement } = JSON.parse(AssumeRolePolicyDocument) as {
    readonly Statement: Trust | readonly Trust[]
  }
  const statements = [Statement].flat() as readonly Trust[]
  const about = statements.filter(
    ({ Action, Principal }) =>
      [Action].flat().includes('sts:AssumeRole') &&
      [Principal?.Service].flat().includes('ec2.amazonaws.com'),
  )
  return (
    about.length > 0 && about.every(({ Effect, Condition }) => Effect === 'Allow' && !Condition)
  )
}
