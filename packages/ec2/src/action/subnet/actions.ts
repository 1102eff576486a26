import { selectPage } from '../../door/select-page.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Handlers } from '../action.ts'
import { ActionError } from '../errors.ts'
import { notFoundOf } from '../not-found.ts'
import { tagsFor } from '../tag/tags.ts'
import { subnetFilters as filters } from './filters.ts'
import { planSubnet } from './plan-subnet.ts'
import { modifySubnetAttribute } from './subnet-attribute.ts'
import { createSubnet } from './subnet.ts'
import { tellSubnets } from './tell-subnets.ts'

const page = { least: 5, most: 1000 }
const notFound = notFoundOf(ec2Kinds.subnets)

/** CreateSubnet and all that is done with subnets. */
export const subnetActions = {
  CreateSubnet: (input, transaction) => {
    const vpc = transaction.get(ec2Kinds.vpcs, input.VpcId ?? '')
    const plan = planSubnet(transaction, vpc, input)
    const Tags = tagsFor(input.TagSpecifications, 'subnet')
    const [told] = tellSubnets(transaction, [createSubnet(transaction, vpc, { ...plan, Tags })])
    return { Subnet: told?.spec }
  },

  DeleteSubnet: ({ SubnetId = '' }, transaction) => {
    const subnet = transaction.get(ec2Kinds.subnets, SubnetId)
    const isUsed = transaction
      .list(ec2Kinds.networkInterfaces)
      .some(({ spec }) => spec.SubnetId === SubnetId)
    if (isUsed) {
      throw new ActionError(
        'DependencyViolation',
        `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
      )
    }
    transaction.remove(ec2Kinds.subnets, subnet)
    return {}
  },

  DescribeSubnets: (input, transaction) => {
    const rows = tellSubnets(transaction, transaction.list(ec2Kinds.subnets))
    const { rows: chosen, ...next } = selectPage(input, {
      rows,
      filters,
      ids: input.SubnetIds,
      notFound,
      page,
    })
    return { Subnets: chosen.map(({ spec }) => spec), ...next }
  },

  ModifySubnetAttribute: (input, transaction) => {
    modifySubnetAttribute(input, transaction)
    return {}
  },
} as const satisfies Handlers
