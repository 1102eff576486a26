import type { ContainerId, ImageId, PodContainer, PodSpec } from '@nexqloud/engine'

import { instanceOf, type PodReference } from '../protocol/pod-reference.ts'
import { createContainerMemory, type ContainerMemory } from './container-memory.ts'
import type { DesiredPod } from './desired-pod.ts'
import type { PodContainerStatus } from './pod-labels.ts'
import { situationOf, type Situation } from './situation.ts'

/** Something to be done for a pod; one at a time for each. */
export type PodAction = { readonly pod: PodReference } & (
  | { readonly type: 'pull'; readonly container: PodContainer }
  | {
      readonly type: 'create'
      readonly spec: PodSpec
      readonly container: PodContainer
      readonly image: ImageId
      /** Whether disks appear in it. */
      readonly takesDisks: boolean
      readonly reboots: number
      /** The container whose network it shares: the pod's first one. */
      readonly joins?: ContainerId
    }
  | {
      /** Removes what was made of another image; with the first container go those that share its network. */
      readonly type: 'replace'
      readonly container: PodContainer
      readonly ids: readonly ContainerId[]
      /** Theirs, in the pod. */
      readonly names: readonly string[]
      readonly graceSeconds: number
    }
  | {
      readonly type: 'start'
      readonly container: PodContainer
      readonly id: ContainerId
      /** Which reboot is done with that. */
      readonly reboots: number
    }
  | {
      /** Ends it, and starts it again as it is. */
      readonly type: 'reboot'
      readonly container: PodContainer
      readonly id: ContainerId
      readonly graceSeconds: number
      readonly reboots: number
    }
  | {
      readonly type: 'stop'
      readonly container: PodContainer
      readonly id: ContainerId
      readonly graceSeconds: number
    }
  | {
      readonly type: 'remove'
      readonly ids: readonly ContainerId[]
      readonly graceSeconds: number
    }
)

/** What is wanted and what is. */
export type Scene = {
  readonly desired: readonly DesiredPod[]
  readonly containers: readonly PodContainerStatus[]
  /** By uid and container. */
  readonly memory: ReadonlyMap<string, ContainerMemory>
  /** Of pods that are ending: by uid, where it is not their specification's. */
  readonly graceSeconds: ReadonlyMap<string, number>
  /** Whether a pod is in the newest assignment. One that is neither there nor ending was made again elsewhere. */
  readonly isAssigned: (uid: string) => boolean
  /** On the steady clock. */
  readonly nowMs: number
}

/** What is to be done now, and when to look again if nothing happens before. */
export type Plan = {
  readonly actions: readonly PodAction[]
  /** With what was decided of containers that have ended. */
  readonly memory: ReadonlyMap<string, ContainerMemory>
  readonly wakeMs?: number
}

/** Returns the key of a container's memory. */
export function memoryKey({ uid }: Pick<PodReference, 'uid'>, container: string): string {
  return `${uid}/${container}`
}

/**
 * Returns what brings the device nearer to what is wanted: at most one action for each pod. A pod waits until nothing is
 * left of another one of its name, so that an instance never runs twice.
 */
export function reconcile(scene: Scene): Plan {
  const wanted = new Map(scene.desired.map((pod) => [pod.uid, pod]))
  const byPod = Map.groupBy(scene.containers, ({ uid }) => uid)
  const memory = new Map<string, ContainerMemory>()
  const actions: PodAction[] = []
  const wakes: number[] = []
  for (const [uid, containers] of byPod) {
    const isWanted = wanted.get(uid)?.spec !== undefined
    if (!isWanted) actions.push(removalOf(containers, scene))
  }
  for (const { spec, ...pod } of scene.desired) {
    if (spec === undefined) continue
    const containers = byPod.get(pod.uid) ?? []
    const plan = planPod({ pod, spec, containers }, scene)
    for (const [key, value] of plan.memory) memory.set(key, value)
    if (plan.wakeMs !== undefined) wakes.push(plan.wakeMs)
    const isBarred = scene.containers.some(
      (other) => other.uid !== pod.uid && instanceOf(other) === instanceOf(pod),
    )
    if (!isBarred) actions.push(...plan.actions)
  }
  return { actions, memory, ...(wakes.length > 0 && { wakeMs: Math.min(...wakes) }) }
}

type PodScene = {
  readonly pod: Omit<DesiredPod, 'spec'>
  readonly spec: PodSpec
  readonly containers: readonly PodContainerStatus[]
}

function planPod({ pod, spec, containers }: PodScene, { memory, nowMs }: Scene): Plan {
  const { namespace, name, uid, takesDisks, reboots } = pod
  const remembered = new Map<string, ContainerMemory>()
  const wakes: number[] = []
  const holder = containers.find(({ container }) => container === spec.containers[0]?.name)
  let action: PodAction | undefined
  for (const container of spec.containers) {
    const key = memoryKey(pod, container.name)
    const found = containers.find((one) => one.container === container.name)
    const { situation, ...seen } = situationOf({
      spec,
      container,
      found,
      holder: container === spec.containers[0] ? undefined : (holder ?? 'absent'),
      memory: memory.get(key) ?? createContainerMemory(),
      reboots,
      nowMs,
    })
    remembered.set(key, seen.memory)
    if (seen.wakeMs !== undefined) wakes.push(seen.wakeMs)
    const reference = { namespace, name, uid }
    action ??= actionOf(situation, {
      pod: reference,
      spec,
      container,
      found,
      holder,
      containers,
      image: seen.memory.image?.id,
      takesDisks,
      reboots,
    })
  }
  return {
    actions: action === undefined ? [] : [action],
    memory: remembered,
    ...(wakes.length > 0 && { wakeMs: Math.min(...wakes) }),
  }
}

/** What is done about each situation; nothing about those that are not here. */
const answers = {
  unpulled: 'pull',
  absent: 'create',
  changed: 'replace',
  created: 'start',
  due: 'start',
  rebooting: 'reboot',
  unhealthy: 'stop',
  strayed: 'stop',
  running: undefined,
  waiting: undefined,
  unclear: undefined,
  finished: undefined,
} as const satisfies Record<Situation, PodAction['type'] | undefined>

type ContainerScene = {
  readonly pod: PodReference
  readonly spec: PodSpec
  readonly container: PodContainer
  readonly found: PodContainerStatus | undefined
  readonly holder: PodContainerStatus | undefined
  readonly containers: readonly PodContainerStatus[]
  readonly image: ImageId | undefined
  readonly takesDisks: boolean
  readonly reboots: number
}

function actionOf(
  situation: Situation,
  { pod, spec, container, found, holder, containers, image, takesDisks, reboots }: ContainerScene,
): PodAction | undefined {
  const type = answers[situation]
  if (type === 'pull') return { type, pod, container }
  if (type === 'create') {
    if (image === undefined) return undefined
    const isHolder = container === spec.containers[0]
    const joins = isHolder ? undefined : holder?.id
    return { type, pod, spec, container, image, takesDisks, reboots, ...(joins && { joins }) }
  }
  if (type === undefined || found === undefined) return undefined
  const concerned = found === holder ? containers : [found]
  return actionOn(type, { pod, container, found, concerned, reboots })
}

type FoundScene = Pick<ContainerScene, 'pod' | 'container' | 'reboots'> & {
  readonly found: PodContainerStatus
  /** Itself, and those that share its network. */
  readonly concerned: readonly PodContainerStatus[]
}

function actionOn(
  type: 'replace' | 'start' | 'reboot' | 'stop',
  { pod, container, found: { id, graceSeconds }, concerned, reboots }: FoundScene,
): PodAction {
  if (type === 'start') return { type, pod, container, id, reboots }
  if (type === 'reboot') return { type, pod, container, id, graceSeconds, reboots }
  if (type === 'stop') return { type, pod, container, id, graceSeconds }
  const ids = concerned.map((one) => one.id)
  return { type, pod, container, ids, names: concerned.map((one) => one.container), graceSeconds }
}

/** An instance must not run twice for as long as a tenant likes: what was made again elsewhere gets no longer to end. */
const MOVED_GRACE_SECONDS = 5

function removalOf(
  containers: readonly PodContainerStatus[],
  { graceSeconds: ending, isAssigned }: Scene,
): PodAction {
  const [{ namespace, name, uid } = { namespace: '', name: '', uid: '' }] = containers
  const own = Math.max(...containers.map(({ graceSeconds }) => graceSeconds))
  return {
    type: 'remove',
    pod: { namespace, name, uid },
    ids: containers.map(({ id }) => id),
    graceSeconds: ending.get(uid) ?? Math.min(own, isAssigned(uid) ? own : MOVED_GRACE_SECONDS),
  }
}
