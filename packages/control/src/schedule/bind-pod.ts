import { kinds } from '@nexqloud/kube'

import { isSettled, nameOf, uidOf, type Pod } from '../object/object.ts'
import type { PodWriter } from './tell-why.ts'

/** How a binding ended: `lost` where the pod is gone or bound by somebody else, `failed` where it may be tried again. */
export type BindingOutcome = 'bound' | 'lost' | 'failed'

/** The device that was chosen for a pod, and why. */
export type Place = { readonly device: string; readonly because: string }

/** Binds a pod to a device, and says why to that one. */
export async function bindPod(
  { client, record, onFailure }: PodWriter,
  pod: Pod,
  { device, because }: Place,
): Promise<BindingOutcome> {
  const { namespace, name } = nameOf(pod)
  try {
    await client.post(kinds.pods, nameOf(pod, 'binding'), {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid: uidOf(pod) },
      target: { apiVersion: 'v1', kind: 'Node', name: device },
    })
  } catch (failure) {
    if (isSettled(failure)) return 'lost'
    onFailure(failure)
    return 'failed'
  }
  const message = `Assigned ${namespace}/${name} to ${device}, ${because}`
  await record({ ...pod, kind: 'Pod' }, { type: 'Normal', reason: 'Scheduled', message })
  return 'bound'
}
