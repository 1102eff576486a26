import {
  findObstacle,
  interruptionOf,
  isConditionTrue,
  labels,
  type Node,
  type Pod,
} from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type ContainerStreams, type KubeClient } from '@nexqloud/kube'

import { INSTANCE_LABEL, templateOf } from './machine-object.ts'
import type { Machines, Sighting } from './machines.ts'
import { startScript } from './start-script.ts'

/** What is followed, and how what instances wrote is read. */
export type FollowMachinesOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  /** Runs commands in containers of devices that this process reaches. */
  readonly run: ContainerStreams['run']
  /** Whether it reaches a device. */
  readonly reaches: (device: string) => boolean
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
  const beginning = new Beginning(options)
  const pods = createInformer(client, {
    ...options,
    kind: kinds.pods,
    selection: { labelSelector: INSTANCE_LABEL },
    onChange: ({ type, object }) => {
      if (type === 'deleted') beginning.forget(object)
    },
  })
  const nodes = createInformer(client, { ...options, kind: kinds.nodes, onChange: () => {} })
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
    startScript: async ({ namespace, id: name }, script) => {
      const pod = pods.get({ namespace, name })
      if (pod !== undefined && phaseOf(pod) === 'running') await beginning.begin(pod, script)
    },
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
    ...(node !== undefined && {
      isDeviceLive: isConditionTrue(node, 'Ready'),
      device: node.metadata?.name ?? '',
      takesVolumes: node.metadata?.labels?.[labels.disks] === 'true',
    }),
    ...(phase === 'running' && { isReady }),
    ...(changed !== undefined && { since: changed }),
    ...interruptedOf(pod, node),
  }
}

function interruptedOf(pod: Pod, node: Node | undefined): Pick<Sighting, 'interruptedSince'> {
  const interruption = node && interruptionOf(pod, node)
  if (interruption === undefined) return {}
  return { interruptedSince: new Date(interruption.sinceMs).toISOString() }
}

/** A pod that has failed is made again. */
function phaseOf({ status = {} }: Pod): Sighting['phase'] {
  if (status.phase === 'Succeeded') return 'ended'
  const isRunning = (status.containerStatuses ?? []).some(
    ({ state }) => state?.running !== undefined,
  )
  return status.phase === 'Running' || isRunning ? 'running' : 'waiting'
}

/** How long one that did not take its script is left alone: milliseconds. */
const AGAIN_MS = 15_000

/** Starts scripts in the pods that this process reaches, each once. */
class Beginning {
  readonly #options: Pick<FollowMachinesOptions, 'run' | 'reaches' | 'clock'>
  /** By pods' uids: when it may be tried again; never where it was done. */
  readonly #settled = new Map<string, number>()

  constructor(options: Pick<FollowMachinesOptions, 'run' | 'reaches' | 'clock'>) {
    this.#options = options
  }

  async begin(pod: Pod, script: string): Promise<void> {
    const { run, reaches, clock } = this.#options
    const { uid = '' } = pod.metadata ?? {}
    if (!reaches(pod.spec?.nodeName ?? '')) return
    if ((this.#settled.get(uid) ?? 0) > clock.steadyMs()) return
    this.#settled.set(uid, Number.POSITIVE_INFINITY)
    try {
      await startScript(run, pod, Buffer.from(script, 'base64'))
    } catch (failure) {
      this.#settled.set(uid, clock.steadyMs() + AGAIN_MS)
      throw failure
    }
  }

  forget({ metadata }: Pod): void {
    this.#settled.delete(metadata?.uid ?? '')
  }
}
