import { ec2Kinds, type Ec2Kind } from '../resource/kinds.ts'
import type { Transaction } from '../resource/transaction.ts'
import { assertWithinQuota, type QuotaName } from './quotas.ts'

/** Kinds of which an account may have so many in a region. */
const counted: readonly (readonly [kind: Pick<Ec2Kind, 'plural'>, quota: QuotaName])[] = [
  [ec2Kinds.addresses, 'addresses'],
  [ec2Kinds.images, 'images'],
  [ec2Kinds.keyPairs, 'keyPairs'],
  [ec2Kinds.launchTemplates, 'launchTemplates'],
  [ec2Kinds.networkInterfaces, 'networkInterfaces'],
  [ec2Kinds.securityGroups, 'securityGroups'],
  [ec2Kinds.snapshots, 'snapshots'],
  [ec2Kinds.volumes, 'volumes'],
  [ec2Kinds.vpcs, 'vpcs'],
]

/**
 * Throws where an action would leave an account with more than it may have of what it made. What an action alone knows, such as the vCPUs of a launch or the
 * rules of a group, it asks `assertWithinQuota` itself.
 *
 * @throws {@link ActionError} with EC2's own code and words.
 */
export function assertQuotas(transaction: Transaction): void {
  const made = new Map<string, number>()
  for (const write of transaction.writes) {
    if (write.type !== 'create') continue
    made.set(write.kind.plural, (made.get(write.kind.plural) ?? 0) + 1)
  }
  for (const [kind, quota] of counted) {
    const asked = made.get(kind.plural) ?? 0
    const all = asked === 0 ? 0 : transaction.count(kind as Ec2Kind)
    if (asked > 0) assertWithinQuota(quota, { used: all - asked, asked })
  }
  if (made.has(ec2Kinds.volumes.plural)) assertGibibytes(transaction)
}

/**
 * Throws where an account's volumes are larger together than they may be: by one that it made, or that has grown.
 *
 * @throws {@link ActionError} with EC2's own code and words.
 */
export function assertGibibytes(transaction: Transaction): void {
  const sizes = transaction.list(ec2Kinds.volumes).map(({ spec }) => spec.Size ?? 0)
  const gibibytes = sizes.reduce((sum, size) => sum + size, 0)
  assertWithinQuota('volumeGibibytes', { used: 0, asked: gibibytes })
}
