import type { IpPermission } from '@aws-sdk/client-ec2'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { openTransaction } from '../../../test/lab/open-transaction.ts'
import { findDefaultVpc } from '../vpc/default-vpc.ts'
import { authorize } from './authorize.ts'
import { describeGroups } from './describe-groups.ts'
import { revoke } from './revoke.ts'
import { createGroup } from './security-group.ts'

/** What is given to groups, told of them, and taken away again. */

function setup() {
  const transaction = openTransaction()
  const vpc = findDefaultVpc(transaction)
  if (vpc === undefined) throw new TypeError('There is no default VPC.')
  const create = (GroupName: string) =>
    createGroup(transaction, vpc, { GroupName, Description: 'a group' }).id
  const permissionsOf = (id: string) => {
    const [group] = describeGroups({ GroupIds: [id] }, transaction).SecurityGroups ?? []
    return group?.IpPermissions ?? []
  }
  return { transaction, create, permissionsOf }
}

const traffic = fc.constantFrom(
  { IpProtocol: '-1' },
  { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 },
  { IpProtocol: 'tcp', FromPort: 80, ToPort: 90 },
  { IpProtocol: 'icmp', FromPort: -1, ToPort: -1 },
  { IpProtocol: '50' },
)
const permission: fc.Arbitrary<IpPermission> = fc
  .tuple(
    traffic,
    fc.subarray(['0.0.0.0/0', '10.0.0.0/8', '192.0.2.0/24']),
    fc.subarray(['::/0', '2001:db8::/32']),
  )
  .filter(([, ranges, others]) => ranges.length + others.length > 0)
  .map(([own, ranges, others]) => ({
    ...own,
    IpRanges: ranges.map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: others.map((CidrIpv6) => ({ CidrIpv6 })),
  }))
const permissions = fc.uniqueArray(permission, {
  maxLength: 5,
  minLength: 1,
  selector: ({ IpProtocol, ToPort }) => `${IpProtocol}/${ToPort}`,
})

test('what was given is told, is the same where it is given to another group, and can be taken away', () => {
  fc.assert(
    fc.property(permissions, (asked) => {
      const { transaction, create, permissionsOf } = setup()
      const [one, other] = [create('one'), create('other')]
      authorize({ GroupId: one, IpPermissions: asked }, transaction, false)
      const told = permissionsOf(one)
      expect(told).toMatchObject(asked)
      authorize({ GroupId: other, IpPermissions: told as IpPermission[] }, transaction, false)
      expect(permissionsOf(other)).toEqual(told)
      const { unknown } = revoke({ GroupId: one, IpPermissions: asked }, transaction, false)
      expect([permissionsOf(one), unknown]).toEqual([[], []])
      expect(permissionsOf(other)).toEqual(told)
    }),
  )
})

test('nothing is given twice', () => {
  fc.assert(
    fc.property(permissions, fc.nat(), (asked, at) => {
      const { transaction, create } = setup()
      const GroupId = create('one')
      authorize({ GroupId, IpPermissions: asked }, transaction, false)
      const again = asked.slice(at % asked.length)
      expect(() => authorize({ GroupId, IpPermissions: again }, transaction, false)).toThrow(
        expect.objectContaining({ awsCode: 'InvalidPermission.Duplicate' }),
      )
    }),
  )
})
