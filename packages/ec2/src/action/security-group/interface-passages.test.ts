import { expect, test } from 'vitest'

import { openTransaction } from '../../../test/lab/open-transaction.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import { addressActions } from '../address/actions.ts'
import { createInterfaces } from '../network-interface/interface.ts'
import { findDefaultVpc } from '../vpc/default-vpc.ts'
import { securityGroupActions } from './actions.ts'
import { interfacePassages } from './interface-passages.ts'
import { createGroup } from './security-group.ts'

/** What is let through to an interface, from its groups to addresses. */

function setup() {
  const transaction = openTransaction()
  const vpc = findDefaultVpc(transaction)
  const [subnet] = transaction.list(ec2Kinds.subnets)
  if (vpc === undefined || subnet === undefined) throw new TypeError('There is no default VPC.')
  const group = (GroupName: string) =>
    createGroup(transaction, vpc, { GroupName, Description: 'a group' }).id
  const create = (...GroupIds: readonly string[]) => {
    const [made] = createInterfaces(transaction, { subnet, GroupIds })
    if (made === undefined) throw new TypeError('There is no interface.')
    return made
  }
  return { transaction, group, create }
}

const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }
const passage = { protocol: 6, from: 22, to: 22 }

test('who is let in is who is a member now, by all addresses', async () => {
  const { transaction, group, create } = setup()
  const [servers, admins] = [group('servers'), group('admins')]
  securityGroupActions.AuthorizeSecurityGroupIngress(
    {
      GroupId: servers,
      IpPermissions: [{ ...ssh, UserIdGroupPairs: [{ GroupId: admins }] }],
    },
    transaction,
  )
  const server = create(servers)
  expect(interfacePassages(transaction).ingressOf(server)).toEqual([])
  const admin = create(admins)
  const address = addressActions.AllocateAddress({}, transaction)
  addressActions.AssociateAddress(
    { PublicIp: address.PublicIp, NetworkInterfaceId: admin.id },
    transaction,
  )
  const { ingressOf, egressOf } = interfacePassages(transaction)
  expect(ingressOf(server)).toEqual([
    { ...passage, cidr: `${admin.spec.PrivateIpAddress}/32` },
    { ...passage, cidr: `${address.PublicIp}/32` },
  ])
  expect(egressOf(server)).toEqual([
    { protocol: undefined, from: undefined, to: undefined, cidr: '0.0.0.0/0' },
  ])
})

test('members of a default group reach each other, and nobody else reaches them', () => {
  const { transaction, create } = setup()
  const [one, other] = [create(), create()]
  const { ingressOf } = interfacePassages(transaction)
  const ingress = ingressOf(one)
  const own = [one, other].map(({ spec }) => `${spec.PrivateIpAddress}/32`)
  expect(ingress.map(({ cidr }) => cidr)).toEqual(own)
  expect(ingressOf(other)).toBe(ingress)
})

test('a group of another account lets nobody in', () => {
  const { transaction, group, create } = setup()
  const servers = group('servers')
  const UserIdGroupPairs = [{ GroupId: servers, UserId: '999999999999' }]
  securityGroupActions.AuthorizeSecurityGroupIngress(
    { GroupId: servers, IpPermissions: [{ ...ssh, UserIdGroupPairs }] },
    transaction,
  )
  expect(interfacePassages(transaction).ingressOf(create(servers))).toEqual([])
})
