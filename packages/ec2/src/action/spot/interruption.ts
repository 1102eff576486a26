import { SPOT_NOTICE_MS } from '../../machine/machines.ts'
import { ec2Kinds, type InstanceSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** What becomes of a spot instance that is interrupted. */
export type SpotAction = 'terminate' | 'stop'

/** Returns when an interruption ends a spot instance (ISO 8601), which is known since a moment. */
export function spotEndOf(interruptedSince: string): string {
  return new Date(Date.parse(interruptedSince) + SPOT_NOTICE_MS).toISOString()
}

/** Returns what its request says becomes of a spot instance; without one it is terminated. Nothing hibernates here. */
export function spotActionOf(
  { SpotInstanceRequestId: id = '' }: InstanceSpec,
  transaction: Pick<Transaction, 'find'>,
): SpotAction {
  const request = transaction.find(ec2Kinds.spotRequests, id)
  return request?.spec.InstanceInterruptionBehavior === 'stop' ? 'stop' : 'terminate'
}
