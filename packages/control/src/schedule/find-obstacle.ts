import { kinds, type KubeClient } from '@nexqloud/kube'
import { evenWeights, type Blocked } from '@nexqloud/rules'

import type { Pod } from '../object/object.ts'
import { createDeviceIndex } from './device-index.ts'
import { findPlace } from './place-pending.ts'
import { createPodQueue } from './pod-queue.ts'
import { nodeToDevice } from './read-device.ts'

/** What keeps pods from being placed. */
export type Obstacle = Blocked & {
  /** How many of them would have a device. */
  readonly placed: number
}

/** Returns what keeps the devices of now from taking so many pods that are alike, in the scheduler's own words; nothing where all have room. */
export async function findObstacle(
  client: Pick<KubeClient, 'list'>,
  pod: Pod,
  { nowMs, count = 1 }: { readonly nowMs: number; readonly count?: number },
): Promise<Obstacle | undefined> {
  const [nodes, pods] = await Promise.all([
    client.list(kinds.nodes, {}),
    client.list(kinds.pods, {}),
  ])
  const index = createDeviceIndex(evenWeights)
  for (const node of nodes.items) index.put(nodeToDevice(node))
  const queue = createPodQueue(index)
  for (const object of pods.items) queue.follow({ type: 'added', object })
  for (let placed = 0; placed < count; placed += 1) {
    const wanted = { ...pod, metadata: { ...pod.metadata, uid: `wanted-${placed}` } }
    const { why } = findPlace({ index, queue, disks: { of: () => [] } }, wanted, {
      nowMs,
      blocked: new Map(),
    })
    if (why !== undefined) return { ...why, placed }
  }
  return undefined
}
