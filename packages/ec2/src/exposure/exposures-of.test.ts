import { expect, test } from 'vitest'

import { beginTransaction } from '../../test/lab/begin-transaction.ts'
import { addressActions } from '../action/address/actions.ts'
import { instanceActions } from '../action/instance/actions.ts'
import { securityGroupActions } from '../action/security-group/actions.ts'
import { openRegion } from '../action/vpc/open-region.ts'
import { exposuresOf } from './exposures-of.ts'

const everybody = [{ CidrIp: '0.0.0.0/0' }]

test('an instance is reached at its public address, on the ports of its groups, by those whom they name', async () => {
  const { transaction, GroupId, id } = await launchOne()
  expect(exposuresOf(transaction).get(id)).toEqual({
    publicAddress: '203.0.113.1',
    privateAddress: expect.stringMatching(/^172\.31\./),
    publicName: 'ec2-203-0-113-1.us-east-1.compute.test',
    ports: [22, 80],
    ingress: [
      { protocol: 6, from: 80, to: 80, cidr: '0.0.0.0/0' },
      { protocol: 6, from: 22, to: 22, cidr: '192.0.2.7/32' },
    ],
  })
  const rule = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: everybody }
  securityGroupActions.RevokeSecurityGroupIngress({ GroupId, IpPermissions: [rule] }, transaction)
  expect(exposuresOf(transaction).get(id)?.ports).toEqual([22])
})

test('an address that was allocated takes the place of the one that it was given', async () => {
  const { transaction, id } = await launchOne()
  const { AllocationId, PublicIp } = addressActions.AllocateAddress({}, transaction)
  addressActions.AssociateAddress({ AllocationId, InstanceId: id }, transaction)
  expect(exposuresOf(transaction).get(id)?.publicAddress).toBe(PublicIp)
  expect(PublicIp).not.toBe('203.0.113.1')
})

test('one that is terminated is reached nowhere', async () => {
  const { transaction, id } = await launchOne()
  instanceActions.TerminateInstances({ InstanceIds: [id] }, transaction)
  expect(exposuresOf(transaction).get(id)).toBeUndefined()
})

async function launchOne() {
  const transaction = beginTransaction()
  openRegion(transaction)
  const { GroupId } = securityGroupActions.CreateSecurityGroup(
    { GroupName: 'web', Description: 'web' },
    transaction,
  )
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: everybody },
    { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.7/32' }] },
  ]
  securityGroupActions.AuthorizeSecurityGroupIngress({ GroupId, IpPermissions }, transaction)
  const { Instances } = await instanceActions.RunInstances(
    { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1, SecurityGroupIds: [GroupId] },
    transaction,
  )
  return { transaction, GroupId, id: Instances[0]?.InstanceId ?? '' }
}
