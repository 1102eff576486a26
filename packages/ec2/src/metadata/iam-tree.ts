import type { Clock } from '@nexqloud/kernel'

import {
  COUNTS_MS,
  findInstanceRole,
  type InstanceRole,
  type ProfiledInstance,
} from '../account/role-session.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import type { KeptSessions } from './kept-sessions.ts'
import { createFolder, type MetadataFolder } from './metadata-node.ts'
import { toWholeSeconds } from './whole-seconds.ts'

/** What the keys of instances come from. */
export type IamParts = {
  readonly view: ResourceView
  readonly sessions: KeptSessions
  readonly clock: Pick<Clock, 'wallMs'>
}

/** Returns what an instance is told of its profile, and of the key that it has by it. */
export function growIam(parts: IamParts, instance: ProfiledInstance): MetadataFolder {
  const found = findInstanceRole(parts.view, instance)
  const now = momentOf(parts.clock.wallMs())
  if (found === undefined) {
    const Message = `There is no instance profile ${instance.profileArn}.`
    return createFolder({
      info: say({ Code: 'InstanceProfileNotFound', Message, LastUpdated: now }),
    })
  }
  const { profile, role } = found
  const info = say({
    Code: 'Success',
    LastUpdated: now,
    InstanceProfileArn: profile.Arn,
    InstanceProfileId: profile.InstanceProfileId,
  })
  if (role === undefined) return createFolder({ info })
  const credentials = () => describeKey(parts, instance, found)
  const own = createFolder({ [role.RoleName]: credentials })
  return createFolder({ info, 'security-credentials': own })
}

function describeKey(
  { sessions, clock }: IamParts,
  instance: ProfiledInstance,
  found: InstanceRole,
) {
  const session = found.isTrusting ? sessions(instance, found) : undefined
  if (session === undefined) {
    return say({
      Code: 'AssumeRoleUnauthorizedAccess',
      Message: `EC2 cannot assume the role ${found.role?.RoleName}: its trust policy has to allow sts:AssumeRole to ec2.amazonaws.com.`,
      LastUpdated: momentOf(clock.wallMs()),
    })
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiresMs } = session
  return say({
    Code: 'Success',
    LastUpdated: momentOf(expiresMs - COUNTS_MS),
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: momentOf(expiresMs),
  })
}

function say(document: Readonly<Record<string, string>>): string {
  return JSON.stringify(document, undefined, 2)
}

function momentOf(ms: number): string {
  return toWholeSeconds(new Date(ms).toISOString())
}
