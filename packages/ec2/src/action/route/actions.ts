import { selectPage } from '../../door/select-page.ts'
import { ec2Kinds, type NetworkAclSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { notFoundOf } from '../not-found.ts'
import {
  internetGatewayFilters,
  networkAclFilters,
  routeTableFilters,
  type ToldAcl,
} from './filters.ts'

const most = 1000
const least = 5

/** What a VPC's traffic passes: each VPC has these from the start, and there is no action that makes others. */
export const routeActions = {
  DescribeRouteTables: (input, transaction) => {
    const { rows: chosen, ...next } = selectPage(input, {
      rows: transaction.list(ec2Kinds.routeTables),
      filters: routeTableFilters,
      ids: input.RouteTableIds,
      notFound: notFoundOf(ec2Kinds.routeTables),
      page: { least, most: 100 },
    })
    return { RouteTables: chosen.map(({ spec }) => spec), ...next }
  },

  DescribeInternetGateways: (input, transaction) => {
    const { rows: chosen, ...next } = selectPage(input, {
      rows: transaction.list(ec2Kinds.internetGateways),
      filters: internetGatewayFilters,
      ids: input.InternetGatewayIds,
      notFound: notFoundOf(ec2Kinds.internetGateways),
      page: { least, most },
    })
    return { InternetGateways: chosen.map(({ spec }) => spec), ...next }
  },

  DescribeNetworkAcls: (input, transaction) => {
    const { rows: chosen, ...next } = selectPage(input, {
      rows: transaction.list(ec2Kinds.networkAcls).map((acl) => tellAcl(transaction, acl)),
      filters: networkAclFilters,
      ids: input.NetworkAclIds,
      notFound: notFoundOf(ec2Kinds.networkAcls),
      page: { least, most },
    })
    return { NetworkAcls: chosen.map(({ spec }) => spec), ...next }
  },
} as const satisfies Handlers

/** The ids of its associations follow from those of the subnets. */
function tellAcl(transaction: Transaction, acl: Resource<NetworkAclSpec>): ToldAcl {
  const subnets = transaction
    .list(ec2Kinds.subnets)
    .filter(({ spec }) => spec.VpcId === acl.spec.VpcId)
  const Associations = subnets.map(({ id }) => ({
    NetworkAclAssociationId: `aclassoc${id.slice(id.lastIndexOf('-'))}`,
    NetworkAclId: acl.id,
    SubnetId: id,
  }))
  return { ...acl, spec: { ...acl.spec, Associations } }
}
