import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Answer, Input } from '../action.ts'
import { invalidCombination, invalidValue } from '../errors.ts'

type Attribute = 'EnableDnsSupport' | 'EnableDnsHostnames' | 'EnableNetworkAddressUsageMetrics'

const attributes: Readonly<Record<string, Attribute>> = {
  enableDnsSupport: 'EnableDnsSupport',
  enableDnsHostnames: 'EnableDnsHostnames',
  enableNetworkAddressUsageMetrics: 'EnableNetworkAddressUsageMetrics',
}

/** Returns one attribute of a VPC. */
export function describeVpcAttribute(
  { VpcId = '', Attribute }: Input<'DescribeVpcAttribute'>,
  transaction: Transaction,
): Answer<'DescribeVpcAttribute'> {
  const { spec } = transaction.get(ec2Kinds.vpcs, VpcId)
  const name = Object.hasOwn(attributes, Attribute ?? '') ? attributes[Attribute ?? ''] : undefined
  if (name === undefined) throw invalidValue('attribute', Attribute, 'Unknown attribute.')
  return { VpcId, [name]: { Value: spec[name] ?? false } }
}

/** Changes one attribute of a VPC. */
export function modifyVpcAttribute(
  { VpcId = '', ...asked }: Input<'ModifyVpcAttribute'>,
  transaction: Transaction,
): void {
  const vpc = transaction.get(ec2Kinds.vpcs, VpcId)
  const changes = Object.values(attributes).flatMap((name) => {
    const Value = asked[name]?.Value
    return Value === undefined ? [] : [[name, Value] as const]
  })
  if (changes.length !== 1) {
    throw invalidCombination(
      changes.length === 0
        ? 'No attributes specified.'
        : 'Fields for multiple attribute types specified',
    )
  }
  transaction.change(ec2Kinds.vpcs, vpc, Object.fromEntries(changes))
}
