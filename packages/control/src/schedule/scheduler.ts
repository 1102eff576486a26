import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'
import { evenWeights, type CostWeights } from '@nexqloud/rules'

import { defineDisks, disks as diskKind } from '../disk/disk.ts'
import { createAlarm } from '../object/alarm.ts'
import { defineForSure } from '../object/define-kind.ts'
import { createEventRecorder } from '../object/record-event.ts'
import { createDeviceIndex } from './device-index.ts'
import { placePending } from './place-pending.ts'
import { createPodDisks } from './pod-disks.ts'
import { createPodQueue } from './pod-queue.ts'
import { nodeToDevice } from './read-device.ts'

/** What the scheduler works with. */
export type SchedulerOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly weights?: CostWeights
  /** Pods that ask for one of these get a device here; `nexqloud` alone where it is left out. */
  readonly schedulerNames?: readonly string[]
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/**
 * Schedules until the signal aborts: pods whose `schedulerName` is `nexqloud` get a node by the placement rule; those that none can
 * have are told why, as a condition and an event, and are tried again when something has changed or the time has come.
 */
export async function runScheduler(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, onFailure } = options
  const index = createDeviceIndex(options.weights ?? evenWeights)
  const queue = createPodQueue(index, options.schedulerNames)
  const disks = createPodDisks()
  const alarm = createAlarm(clock)
  const record = createEventRecorder(client, { ...options, actor: 'nexqloud-scheduler' })
  const pods = createInformer(client, {
    kind: kinds.pods,
    clock,
    onFailure,
    onChange: (change) => {
      if (queue.follow(change)) alarm.ring()
    },
  })
  const nodes = createInformer(client, {
    kind: kinds.nodes,
    clock,
    onFailure,
    onChange: ({ type, object }) => {
      if (type === 'deleted') index.remove(object.metadata?.name ?? '')
      else index.put(nodeToDevice(object))
      alarm.ring()
    },
  })
  const attached = createInformer(client, {
    kind: diskKind,
    clock,
    onFailure,
    onChange: (change) => {
      if (disks.follow(change)) alarm.ring()
    },
  })
  const writer = { client, clock, record, onFailure }
  await defineForSure(options, defineDisks, signal)
  const informers = [pods, nodes, attached]
  const following = Promise.all(informers.map((informer) => informer.run(signal)))
  // Who does not know yet what is taken would give it twice.
  await Promise.race([Promise.all(informers.map(({ synced }) => synced)), following])
  while (!signal.aborted) {
    const retryAtMs = await placePending({ index, queue, disks, writer, findPod: pods.get })
    await alarm.sleepUntil(retryAtMs, signal)
  }
  await following
}
