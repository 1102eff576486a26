import { kindOfId } from '../resource/kinds.ts'
import { isResourceId } from '../resource/resource-id.ts'
import type { Caller } from './caller.ts'

/** Types that no account is named with. Source: the service authorization reference of EC2. */
const accountless: ReadonlySet<string> = new Set(['image', 'snapshot'])

/** Returns the ARN of a resource of EC2's in the caller's region. */
export function ec2Arn({ account, region }: Caller, resourceType: string, id: string): string {
  const owner = accountless.has(resourceType) ? '' : account.id
  return `arn:aws:ec2:${region}:${owner}:${resourceType}/${id}`
}

/** Returns the ARN of what an id names; nothing where it is none of EC2's. */
export function arnOfId(caller: Caller, id: string): string | undefined {
  const kind = kindOfId(id)
  if (kind === undefined || !isResourceId(id, kind.prefix)) return undefined
  return ec2Arn(caller, kind.resourceType, id)
}

/** Returns the ARN of a user, role or instance profile: its path has a slash at both ends. */
export function iamArn(
  accountId: string,
  type: 'user' | 'role' | 'instance-profile',
  { path = '/', name }: { readonly path?: string | undefined; readonly name: string },
): string {
  return `arn:aws:iam::${accountId}:${type}${path}${name}`
}
