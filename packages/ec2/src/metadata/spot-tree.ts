import type { InstanceView } from '../action/instance/describe-instance.ts'
import { spotActionOf, spotEndOf } from '../action/spot/interruption.ts'
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
  { spec, sighting: { interruptedSince } }: InstanceView,
  transaction: Transaction,
): SpotNotice {
  if (spec.InstanceLifecycle !== 'spot' || interruptedSince === undefined) return {}
  const time = toWholeSeconds(spotEndOf(interruptedSince))
  const action = spotActionOf(spec, transaction)
  const noticeTime = toWholeSeconds(interruptedSince)
  return {
    spot: createFolder({
      'instance-action': JSON.stringify({ action, time }),
      'termination-time': action === 'terminate' ? time : undefined,
    }),
    rebalance: createFolder({ rebalance: JSON.stringify({ noticeTime }) }),
  }
}
