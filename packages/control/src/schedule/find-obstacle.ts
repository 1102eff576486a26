import { kinds, type KubeClient } from '@nexqloud/kube'
import { evenWeights, type Blocked } from '@nexqloud/rules'

import type { Pod } from '../object/object.ts'
import { createDeviceIndex } from './device-index.ts'
import { findPlace } from './place-pending.ts'
import { createPodQueue } from './pod-queue.ts'
import { nodeToDevice } from './read-device.ts'

/** Returns what keeps every device of now from taking a pod, in the scheduler's own words; nothing where one has room. */
export async function findObstacle(
  client: Pick<KubeClient, 'list'>,
  pod: Pod,
  nowMs: number,
): Promise<Blocked | undefined> {
  const [nodes, pods] = await Promise.all([
    client.list(kinds.nodes, {}),
    client.list(kinds.pods, {}),
  ])
  const index = createDeviceIndex(evenWeights)
  for (const node of nodes.items) index.put(nodeToDevice(node))
  const queue = createPodQueue(index)
  for (const object of pods.items) queue.follow({ type: 'added', object })
  return findPlace({ index, queue }, pod, { nowMs, blocked: new Map() }).why
}
