import type { Tag } from '@aws-sdk/client-ec2'

import type { Zone } from '../../door/region.ts'
import { assertWithinQuota } from '../../quota/quotas.ts'
import { ec2Kinds, type SubnetSpec, type VpcSpec } from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** What a subnet is made as. */
export type SubnetPlan = {
  /** In its shortest form. */
  readonly CidrBlock: string
  readonly zone: Zone
  readonly isDefault?: boolean
  readonly Ipv6CidrBlock?: string
  readonly Tags?: readonly Tag[]
}

/**
 * Makes a subnet, which nobody else may have addresses of.
 *
 * @throws {@link ActionError} where its VPC has as many as it may.
 */
export function createSubnet(
  transaction: Transaction,
  { id: VpcId }: Pick<Resource<VpcSpec>, 'id'>,
  { CidrBlock, zone, isDefault = false, Ipv6CidrBlock, Tags = [] }: SubnetPlan,
): Resource<SubnetSpec> {
  const { region, account } = transaction.caller
  const others = transaction.list(ec2Kinds.subnets).filter(({ spec }) => spec.VpcId === VpcId)
  assertWithinQuota('subnetsPerVpc', { used: others.length, asked: 1 })
  return transaction.create(ec2Kinds.subnets, (SubnetId): SubnetSpec => ({
    SubnetId,
    SubnetArn: `arn:aws:ec2:${region}:${account.id}:subnet/${SubnetId}`,
    VpcId,
    CidrBlock,
    AvailabilityZone: zone.name,
    AvailabilityZoneId: zone.id,
    DefaultForAz: isDefault,
    MapPublicIpOnLaunch: isDefault,
    AssignIpv6AddressOnCreation: false,
    MapCustomerOwnedIpOnLaunch: false,
    Ipv6CidrBlockAssociationSet: Ipv6CidrBlock === undefined ? [] : [associationOf(Ipv6CidrBlock)],
    Ipv6Native: false,
    EnableDns64: false,
    OwnerId: account.id,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    State: 'available',
    Tags,
  }))
}

function associationOf(
  Ipv6CidrBlock: string,
): NonNullable<SubnetSpec['Ipv6CidrBlockAssociationSet']>[number] {
  return {
    AssociationId: createResourceId('subnet-cidr-assoc'),
    Ipv6CidrBlock,
    Ipv6CidrBlockState: { State: 'associated' },
  }
}
