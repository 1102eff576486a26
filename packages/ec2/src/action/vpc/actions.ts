import { selectPage } from '../../door/select-page.ts'
import type { Filter } from '../../filter/filter.ts'
import { formatCidr, parseCidr } from '../../network/cidr.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Handlers } from '../action.ts'
import { ActionError, invalidValue, missingParameter } from '../errors.ts'
import { notFoundOf } from '../not-found.ts'
import { tagsFor } from '../tag/tags.ts'
import { readCidrBlock } from './cidr-block.ts'
import { createDefaultVpc } from './default-vpc.ts'
import { deleteVpc } from './delete-vpc.ts'
import { vpcFilters as filters } from './filters.ts'
import { describeVpcAttribute, modifyVpcAttribute } from './vpc-attribute.ts'
import { createVpc } from './vpc.ts'

const page = { least: 5, most: 1000 }
const notFound = notFoundOf(ec2Kinds.vpcs)
const tenancies: ReadonlySet<string> = new Set(['default', 'dedicated'])

/** CreateVpc and all that is done with VPCs as a whole. */
export const vpcActions = {
  CreateVpc: (input, transaction) => {
    const { CidrBlock, InstanceTenancy = 'default', TagSpecifications } = input
    if (input.Ipv4IpamPoolId ?? input.Ipv6IpamPoolId ?? input.Ipv6Pool ?? input.Ipv6CidrBlock) {
      throw new ActionError('UnsupportedOperation', 'There are no pools of addresses here.')
    }
    if (CidrBlock === undefined) throw missingParameter('cidrBlock')
    if (!tenancies.has(InstanceTenancy)) throw invalidValue('instanceTenancy', InstanceTenancy)
    const { spec: Vpc } = createVpc(transaction, {
      CidrBlock: formatCidr(readCidrBlock(CidrBlock, 'InvalidVpc.Range')),
      InstanceTenancy,
      hasIpv6: input.AmazonProvidedIpv6CidrBlock === true,
      Tags: tagsFor(TagSpecifications, 'vpc'),
    })
    return { Vpc }
  },

  CreateDefaultVpc: (_, transaction) => ({ Vpc: createDefaultVpc(transaction).spec }),

  DeleteVpc: ({ VpcId = '' }, transaction) => {
    deleteVpc(transaction, transaction.get(ec2Kinds.vpcs, VpcId))
    return {}
  },

  DescribeVpcs: (input, transaction) => {
    const rows = transaction.list(ec2Kinds.vpcs)
    const asked = { ...input, Filters: input.Filters?.map(inShortestForm) }
    const { rows: chosen, ...next } = selectPage(asked, {
      rows,
      filters,
      ids: input.VpcIds,
      notFound,
      page,
    })
    return { Vpcs: chosen.map(({ spec }) => spec), ...next }
  },

  DescribeVpcAttribute: describeVpcAttribute,
  ModifyVpcAttribute: (input, transaction) => {
    modifyVpcAttribute(input, transaction)
    return {}
  },
} as const satisfies Handlers

/** Blocks are kept without what is said of hosts in them, and looked for so. */
function inShortestForm({ Name = '', Values = [] }: Filter): Filter {
  if (!blockFilters.has(Name)) return { Name, Values }
  return {
    Name,
    Values: Values.map((text) => {
      const block = parseCidr(text)
      return block === undefined ? text : formatCidr(block)
    }),
  }
}

const blockFilters: ReadonlySet<string> = new Set(['cidr', 'cidr-block-association.cidr-block'])
