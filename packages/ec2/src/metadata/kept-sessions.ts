import type { Clock } from '@nexqloud/kernel'

import type { InstanceRole, ProfiledInstance, RoleSession } from '../account/role-session.ts'

/** Gives an instance the key of its role that it has; nothing where it may have none. */
export type KeptSessions = (
  instance: ProfiledInstance,
  role: Pick<InstanceRole, 'role'>,
) => RoleSession | undefined

/** AWS's SDKs ask for another key fifteen minutes before the one that they have ends: they are to find one. */
const RENEWED_BEFORE_MS = 30 * 60_000

/** Returns what gives the same key again until it is about to end, or the instance gets another role. */
export function keepSessions(
  issue: (instance: ProfiledInstance) => RoleSession | undefined,
  clock: Pick<Clock, 'wallMs'>,
): KeptSessions {
  const kept = new Map<string, RoleSession>()
  const isFresh = ({ expiresMs }: RoleSession): boolean =>
    expiresMs - clock.wallMs() > RENEWED_BEFORE_MS
  return (instance, { role }) => {
    const key = `${instance.account.id}/${instance.instanceId}/${role?.RoleId}`
    const known = kept.get(key)
    if (known !== undefined && isFresh(known)) return known
    for (const [each, session] of kept) if (!isFresh(session)) kept.delete(each)
    const session = issue(instance)
    if (session !== undefined) kept.set(key, session)
    return session
  }
}
