import type { Tag, Tenancy } from '@aws-sdk/client-ec2'

import { createUniqueLocalCidr } from '../../network/unique-local.ts'
import {
  accountRegions,
  ec2Kinds,
  type NetworkAclSpec,
  type RouteTableSpec,
  type VpcSpec,
} from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createDefaultGroup } from '../security-group/security-group.ts'

/** What a VPC is made as. */
export type VpcPlan = {
  /** In its shortest form. */
  readonly CidrBlock: string
  readonly IsDefault?: boolean
  readonly InstanceTenancy?: Tenancy | undefined
  readonly Tags?: readonly Tag[]
  /** By which gateway its main route table leads to the internet. */
  readonly gatewayId?: string
  /** Whether it has a block of IPv6 addresses too. */
  readonly hasIpv6?: boolean
}

/** Makes a VPC with what each has: a main route table, a default network ACL and a default security group. */
export function createVpc(transaction: Transaction, plan: VpcPlan): Resource<VpcSpec> {
  const { CidrBlock, IsDefault = false, InstanceTenancy = 'default', Tags = [], gatewayId } = plan
  const { region } = transaction.caller
  const Ipv6CidrBlock = plan.hasIpv6 === true ? createUniqueLocalCidr() : undefined
  const [opened] = transaction.list(accountRegions)
  const vpc = transaction.create(ec2Kinds.vpcs, (VpcId): VpcSpec => ({
    VpcId,
    CidrBlock,
    CidrBlockAssociationSet: [
      {
        AssociationId: createResourceId('vpc-cidr-assoc'),
        CidrBlock,
        CidrBlockState: { State: 'associated' },
      },
    ],
    Ipv6CidrBlockAssociationSet:
      Ipv6CidrBlock === undefined ? [] : [associationOf(Ipv6CidrBlock, region)],
    DhcpOptionsId: opened?.spec.DhcpOptionsId ?? 'default',
    EnableDnsHostnames: IsDefault,
    EnableDnsSupport: true,
    EnableNetworkAddressUsageMetrics: false,
    InstanceTenancy,
    IsDefault,
    OwnerId: transaction.caller.account.id,
    State: 'available',
    Tags,
  }))
  createMainRouteTable(transaction, vpc, gatewayId)
  createDefaultAcl(transaction, vpc)
  createDefaultGroup(transaction, vpc)
  return vpc
}

function associationOf(
  Ipv6CidrBlock: string,
  NetworkBorderGroup: string,
): NonNullable<VpcSpec['Ipv6CidrBlockAssociationSet']>[number] {
  return {
    AssociationId: createResourceId('vpc-cidr-assoc'),
    Ipv6CidrBlock,
    Ipv6CidrBlockState: { State: 'associated' },
    Ipv6Pool: 'Amazon',
    IpSource: 'amazon',
    NetworkBorderGroup,
  }
}

function createMainRouteTable(
  transaction: Transaction,
  { id: VpcId, spec: { CidrBlock, OwnerId } }: Resource<VpcSpec>,
  gatewayId: string | undefined,
): void {
  const local = { DestinationCidrBlock: CidrBlock, GatewayId: 'local' }
  const outward = { DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId }
  transaction.create(ec2Kinds.routeTables, (RouteTableId): RouteTableSpec => ({
    RouteTableId,
    VpcId,
    OwnerId,
    Associations: [
      {
        AssociationState: { State: 'associated' },
        Main: true,
        RouteTableAssociationId: createResourceId('rtbassoc'),
        RouteTableId,
      },
    ],
    PropagatingVgws: [],
    Routes: [
      { ...local, Origin: 'CreateRouteTable', State: 'active' },
      ...(gatewayId === undefined
        ? []
        : [{ ...outward, Origin: 'CreateRoute', State: 'active' } as const]),
    ],
    Tags: [],
  }))
}

/** Lets everything through, both ways. */
function createDefaultAcl(
  transaction: Transaction,
  { id: VpcId, spec: { OwnerId } }: Resource<VpcSpec>,
): void {
  transaction.create(ec2Kinds.networkAcls, (NetworkAclId): NetworkAclSpec => ({
    NetworkAclId,
    VpcId,
    OwnerId,
    IsDefault: true,
    Entries: [true, false].flatMap((Egress) => aclEntries(Egress)),
    Tags: [],
  }))
}

/** What no rule speaks of is denied: that is the last rule of all ACLs. */
const LAST_RULE = 32_767

function aclEntries(Egress: boolean): NetworkAclSpec['Entries'] {
  const all = { CidrBlock: '0.0.0.0/0', Egress, Protocol: '-1' }
  return [
    { ...all, RuleAction: 'allow', RuleNumber: 100 },
    { ...all, RuleAction: 'deny', RuleNumber: LAST_RULE },
  ]
}
