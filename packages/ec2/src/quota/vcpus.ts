import { namedTypes, vcpusOf } from '../action/instance-type/instance-types.ts'
import { typeOf } from '../action/instance/machine-plan.ts'
import type { InstanceSpec } from '../resource/kinds.ts'
import { runningOfSize } from '../resource/resource-index.ts'
import type { Transaction } from '../resource/transaction.ts'
import { assertWithinQuota, quotas } from './quotas.ts'

/** How an instance is bought, and its size. */
export type Size = Pick<InstanceSpec, 'InstanceLifecycle' | 'InstanceType'>

/**
 * Returns how many more of a size an account may have running, of so many that are asked for.
 *
 * @throws {@link ActionError} with EC2's own code and words, where these are fewer than the least.
 */
export function allowedByVcpus(
  transaction: Pick<Transaction, 'countBy'>,
  size: Size,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const [quota, each, used] = [quotaOf(size), vcpusOfSize(size), usedVcpus(transaction, size)]
  assertWithinQuota(quota, { used, asked: least * each })
  return Math.min(most, Math.floor((quotas[quota].value - used) / each))
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

function quotaOf({ InstanceLifecycle }: Size): 'spotVcpus' | 'onDemandVcpus' {
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
  return vcpusOf(typeOf(InstanceType ?? ''))
}
