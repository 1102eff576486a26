import type { InstanceView } from '../action/instance/describe-instance.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import type { Transaction } from '../resource/transaction.ts'
import { createFolder, type MetadataFolder } from './metadata-node.ts'
import { toWholeSeconds } from './whole-seconds.ts'

/** What a spot instance is told before it is interrupted; nothing while it is not to be. */
export type SpotNotice = {
  readonly spot?: MetadataFolder
  readonly rebalance?: MetadataFolder
}

/** Returns what an instance is told of its interruption: only one that was launched as spot is interrupted. */
export function growSpot(
  { spec, sighting: { interruption } }: InstanceView,
  transaction: Transaction,
): SpotNotice {
  if (spec.InstanceLifecycle !== 'spot' || interruption === undefined) return {}
  const time = toWholeSeconds(interruption.at)
  const { SpotInstanceRequestId: requestId = '' } = spec
  const request = transaction.find(ec2Kinds.spotRequests, requestId)
  const action = request?.spec.InstanceInterruptionBehavior ?? 'terminate'
  const noticeTime = toWholeSeconds(interruption.since)
  return {
    spot: createFolder({
      'instance-action': JSON.stringify({ action, time }),
      'termination-time': action === 'terminate' ? time : undefined,
    }),
    rebalance: createFolder({ rebalance: JSON.stringify({ noticeTime }) }),
  }
}
