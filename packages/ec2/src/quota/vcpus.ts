import { namedTypes, vcpusOf } from '../action/instance-type/instance-types.ts'
import type { InstanceSpec } from '../resource/kinds.ts'
import { runningOfSize } from '../resource/resource-index.ts'
import type { Transaction } from '../resource/transaction.ts'
import { assertWithinQuota, quotas } from './quotas.ts'

/** How an instance is bought, and its size. */
export type Size = Pick<InstanceSpec, 'InstanceLifecycle' | 'InstanceType'>

/** Returns how many more of a size an account may have running. */
export function leftByVcpus(transaction: Pick<Transaction, 'countBy'>, size: Size): number {
  const { value } = quotas[quotaOf(size)]
  return Math.floor((value - usedVcpus(transaction, size)) / vcpusOfSize(size))
}

/**
 * Throws where an account would have more vCPUs than it may with these that are to run besides.
 *
 * @throws {@link ActionError} with EC2's own code and words.
 */
export function assertVcpus(
  transaction: Pick<Transaction, 'countBy'>,
  besides: readonly Size[],
): void {
  for (const some of Map.groupBy(besides, quotaOf).values()) {
    const [first] = some
    if (first === undefined) continue
    const asked = some.reduce((sum, size) => sum + vcpusOfSize(size), 0)
    assertWithinQuota(quotaOf(first), { used: usedVcpus(transaction, first), asked })
  }
}

function quotaOf({ InstanceLifecycle }: Size) {
  return InstanceLifecycle === 'spot' ? 'spotVcpus' : 'onDemandVcpus'
}

/** There are some dozens of sizes, and thousands of instances. */
function usedVcpus(transaction: Pick<Transaction, 'countBy'>, { InstanceLifecycle }: Size): number {
  return [...namedTypes.values()].reduce((sum, type) => {
    const key = `${InstanceLifecycle ?? 'on-demand'}/${type.alias}`
    return sum + vcpusOf(type) * transaction.countBy(runningOfSize, key)
  }, 0)
}

function vcpusOfSize({ InstanceType }: Size): number {
  const type = InstanceType && namedTypes.get(InstanceType)
  if (type === undefined) throw new TypeError(`There is no size ${InstanceType}.`)
  return vcpusOf(type)
}
