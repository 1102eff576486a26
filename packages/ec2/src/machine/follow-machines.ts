import { findObstacle, isConditionTrue, type Node, type Pod } from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'

import { INSTANCE_LABEL, templateOf } from './machine-object.ts'
import type { Machines, Sighting } from './machines.ts'

/** What is followed, and how what instances wrote is read. */
export type FollowMachinesOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly readConsole: Machines['readConsole']
  readonly priceOf: Machines['priceOf']
  readonly onFailure: (failure: unknown) => void
}

/** Machines as the Kubernetes API has them. */
export type FollowedMachines = Machines & {
  /** Resolves once all that there is has been seen. */
  readonly synced: Promise<unknown>
  /** Follows until the signal aborts. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Returns machines that are pods on devices. */
export function followMachines(options: FollowMachinesOptions): FollowedMachines {
  const { client, clock, readConsole, priceOf } = options
  const onChange = (): void => {}
  const pods = createInformer(client, {
    ...options,
    kind: kinds.pods,
    selection: { labelSelector: INSTANCE_LABEL },
    onChange,
  })
  const nodes = createInformer(client, { ...options, kind: kinds.nodes, onChange })
  return {
    synced: Promise.all([pods.synced, nodes.synced]),
    run: async (signal) => {
      await Promise.all([pods.run(signal), nodes.run(signal)])
    },
    see: ({ namespace, id: name }) => {
      const pod = pods.get({ namespace, name })
      return sightingOf(pod, nodes.get({ name: pod?.spec?.nodeName ?? '' }))
    },
    roomFor: async (plan, count) => {
      const obstacle = await findObstacle(client, templateOf(plan, ''), {
        nowMs: clock.wallMs(),
        count,
      })
      return obstacle?.placed ?? count
    },
    priceOf,
    readConsole,
  }
}

/** Returns what is to be seen of a pod and the device that it is on. */
function sightingOf(pod: Pod | undefined, node: Node | undefined): Sighting {
  if (pod === undefined) return { phase: 'absent' }
  const phase = phaseOf(pod)
  const isReady = isConditionTrue(pod, 'Ready')
  const changed = pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime
  return {
    phase,
    ...(node !== undefined && { isDeviceLive: isConditionTrue(node, 'Ready') }),
    ...(phase === 'running' && { isReady }),
    ...(changed !== undefined && { since: changed }),
  }
}

/** A pod that has failed is made again. */
function phaseOf({ status = {} }: Pod): Sighting['phase'] {
  if (status.phase === 'Succeeded') return 'ended'
  const isRunning = (status.containerStatuses ?? []).some(
    ({ state }) => state?.running !== undefined,
  )
  return status.phase === 'Running' || isRunning ? 'running' : 'waiting'
}
