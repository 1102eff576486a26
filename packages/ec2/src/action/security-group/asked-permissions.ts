import type { IpPermission } from '@aws-sdk/client-ec2'

import { invalidCombination, missingParameter } from '../errors.ts'

/** How one permission may be asked for without a list: an older form. */
export type OldForm = {
  readonly IpPermissions?: readonly IpPermission[] | undefined
  readonly IpProtocol?: string | undefined
  readonly FromPort?: number | undefined
  readonly ToPort?: number | undefined
  readonly CidrIp?: string | undefined
  readonly SourceSecurityGroupName?: string | undefined
  readonly SourceSecurityGroupOwnerId?: string | undefined
}

/** Source: EC2's API reference, AuthorizeSecurityGroupIngress: a source group is given all of these. */
const everything: readonly IpPermission[] = [
  { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535 },
  { IpProtocol: 'udp', FromPort: 0, ToPort: 65_535 },
  { IpProtocol: 'icmp', FromPort: -1, ToPort: -1 },
]

/** Returns the permissions that are asked for, in whatever form. */
export function askedPermissions(asked: OldForm): readonly IpPermission[] {
  const { IpPermissions, SourceSecurityGroupName: GroupName, CidrIp } = asked
  const old = GroupName ?? CidrIp ?? asked.IpProtocol
  if (IpPermissions !== undefined && IpPermissions.length > 0) {
    if (old === undefined) return IpPermissions
    throw invalidCombination('The parameter IpPermissions may not be used with others.')
  }
  if (GroupName !== undefined) {
    const UserId = asked.SourceSecurityGroupOwnerId
    return everything.map((one) => ({ ...one, UserIdGroupPairs: [{ GroupName, UserId }] }))
  }
  if (CidrIp === undefined) throw missingParameter('ipPermissions')
  const { IpProtocol, FromPort, ToPort } = asked
  return [{ IpProtocol, FromPort, ToPort, IpRanges: [{ CidrIp }] }]
}
