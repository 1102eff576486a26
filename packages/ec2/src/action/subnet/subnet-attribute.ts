import type { PrivateDnsNameOptionsOnLaunch } from '@aws-sdk/client-ec2'

import { ec2Kinds, type SubnetSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError, invalidCombination, invalidValue } from '../errors.ts'

type Asked = Input<'ModifySubnetAttribute'>
type Change = Partial<SubnetSpec>
type Names = PrivateDnsNameOptionsOnLaunch

/** What becomes of a subnet where an attribute is asked for. */
const changes: Readonly<Record<string, (asked: Asked, spec: SubnetSpec) => Change>> = {
  AssignIpv6AddressOnCreation: ({ AssignIpv6AddressOnCreation: asked }, spec) => {
    const AssignIpv6AddressOnCreation = asked?.Value === true
    if (AssignIpv6AddressOnCreation) assertIpv6(spec, 'assign-ipv6-address-on-creation')
    return { AssignIpv6AddressOnCreation }
  },
  MapPublicIpOnLaunch: ({ MapPublicIpOnLaunch: asked }) => ({
    MapPublicIpOnLaunch: asked?.Value === true,
  }),
  EnableDns64: ({ EnableDns64: asked }, spec) => {
    const EnableDns64 = asked?.Value === true
    if (EnableDns64) assertIpv6(spec, 'enable-dns64')
    return { EnableDns64 }
  },
  PrivateDnsHostnameTypeOnLaunch: ({ PrivateDnsHostnameTypeOnLaunch: type }, spec) => {
    if (type !== 'ip-name' && type !== 'resource-name') {
      throw invalidValue('privateDnsHostnameTypeOnLaunch', type)
    }
    return withNames(spec, { HostnameType: type })
  },
  EnableResourceNameDnsARecordOnLaunch: (asked, spec) =>
    withNames(spec, {
      EnableResourceNameDnsARecord: asked.EnableResourceNameDnsARecordOnLaunch?.Value === true,
    }),
  EnableResourceNameDnsAAAARecordOnLaunch: (asked, spec) =>
    withNames(spec, {
      EnableResourceNameDnsAAAARecord:
        asked.EnableResourceNameDnsAAAARecordOnLaunch?.Value === true,
    }),
}

/** Changes one attribute of a subnet. */
export function modifySubnetAttribute(
  { SubnetId = '', ...asked }: Asked,
  transaction: Transaction,
): void {
  const subnet = transaction.get(ec2Kinds.subnets, SubnetId)
  const names = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : name))
  const [name = '', ...others] = names
  if (name === '' || others.length > 0) {
    throw invalidCombination(
      name === ''
        ? 'No attributes specified.'
        : 'Only one subnet attribute can be modified at a time',
    )
  }
  const change = Object.hasOwn(changes, name) ? changes[name] : undefined
  if (change === undefined) {
    throw new ActionError('UnsupportedOperation', `${name} is not served here.`)
  }
  transaction.change(ec2Kinds.subnets, subnet, change({ SubnetId, ...asked }, subnet.spec))
}

function assertIpv6({ SubnetId, Ipv6CidrBlockAssociationSet }: SubnetSpec, name: string): void {
  if ((Ipv6CidrBlockAssociationSet ?? []).length > 0) return
  throw new ActionError(
    'InvalidParameterValue',
    `Invalid value 'true' for ${name}. Cannot set ${name} to true unless the subnet (${SubnetId}) has an IPv6 CIDR block associated with it.`,
  )
}

function withNames({ PrivateDnsNameOptionsOnLaunch: before }: SubnetSpec, asked: Names): Change {
  return { PrivateDnsNameOptionsOnLaunch: { ...before, ...asked } }
}
