import type { Clock } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { isSettled, nameOf, toIso, uidOf, type Pod } from '../object/object.ts'
import type { EventRecorder } from '../object/record-event.ts'

/** What writing about pods needs. */
export type PodWriter = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly record: EventRecorder
  readonly onFailure: (failure: unknown) => void
}

/** Writes why a pod waits, where it does not say so yet; returns whether nothing is left to do. */
export async function tellWhy(
  { client, clock, record, onFailure }: PodWriter,
  pod: Pod,
  message: string,
): Promise<boolean> {
  const told = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  if (told?.message === message) return true
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: told?.lastTransitionTime ?? toIso(clock.wallMs()),
  }
  const body = { metadata: { uid: uidOf(pod) }, status: { conditions: [condition] } }
  try {
    await client.patch(kinds.pods, nameOf(pod, 'status'), { type: 'strategic', body })
  } catch (failure) {
    if (!isSettled(failure)) onFailure(failure)
    return isSettled(failure)
  }
  await record({ ...pod, kind: 'Pod' }, { type: 'Warning', reason: 'FailedScheduling', message })
  return true
}
