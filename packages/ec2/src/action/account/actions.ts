import { quotas } from '../../quota/quotas.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { invalidValue } from '../errors.ts'

/** Attributes of an account, in AWS's order. Source: EC2's API reference, DescribeAccountAttributes. */
const attributes: Readonly<Record<string, (transaction: Transaction) => string>> = {
  'vpc-max-security-groups-per-interface': () => String(quotas.groupsPerInterface.value),
  // AWS says so of all accounts, and that it means nothing: vCPUs are counted.
  'max-instances': () => '20',
  'supported-platforms': () => 'VPC',
  'default-vpc': (transaction) =>
    transaction.list(ec2Kinds.vpcs).find(({ spec }) => spec.IsDefault)?.id ?? 'none',
  'max-elastic-ips': () => String(quotas.addresses.value),
  'vpc-max-elastic-ips': () => String(quotas.addresses.value),
}

/** DescribeAccountAttributes: what an account may have, by the table that actions are held to. */
export const accountActions = {
  DescribeAccountAttributes: ({ AttributeNames = [] }, transaction) => {
    const unknown = AttributeNames.find((name) => !Object.hasOwn(attributes, name))
    if (unknown !== undefined) throw invalidValue('attributeName', unknown)
    const names = AttributeNames.length === 0 ? Object.keys(attributes) : AttributeNames
    return {
      AccountAttributes: [...new Set<string>(names)].map((name) => ({
        AttributeName: name as (typeof AttributeNames)[number],
        AttributeValues: [{ AttributeValue: attributes[name]?.(transaction) ?? '' }],
      })),
    }
  },
} as const satisfies Handlers
