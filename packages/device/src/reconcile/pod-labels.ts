import type {
  ContainerExit,
  ContainerId,
  ContainerStatus,
  ImageId,
  PodContainer,
  PodSpec,
} from '@nexqloud/engine'

import { podReference, type PodReference } from '../protocol/pod-reference.ts'

/** What a container of a pod is labelled with; the names are kubelet's. */
const labels = {
  namespace: 'io.kubernetes.pod.namespace',
  name: 'io.kubernetes.pod.name',
  uid: 'io.kubernetes.pod.uid',
  container: 'io.kubernetes.container.name',
  grace: 'io.kubernetes.pod.terminationGracePeriod',
  /** Ours: the name by which its image was asked for, the one thing that may change of a container. */
  image: 'nexqloud.image',
} as const

/** Kubernetes' own, in seconds. */
const USUAL_GRACE = 30

/** A container of a pod, as the engine has it. */
export type PodContainerStatus = PodReference & {
  readonly id: ContainerId
  readonly container: string
  readonly image: ImageId
  /** The name by which it was asked for. */
  readonly imageName: string | undefined
  readonly graceSeconds: number
  readonly state: ContainerStatus['state']
  readonly startedAtMs?: number
  readonly exit?: ContainerExit
  readonly address?: string
  /** Whether the engine only knows that there is such a container, and not how it is. */
  readonly isUnclear?: boolean
}

/** Returns what tells a container's present run from all others. */
export function runOf({ id, startedAtMs }: Pick<PodContainerStatus, 'id' | 'startedAtMs'>): string {
  return `${id} ${startedAtMs}`
}

/** Returns the labels of a pod's container. They outlive the agent, and say whose it is when its pod is known no more. */
export function labelsOf(
  { namespace, name, uid }: PodReference,
  spec: PodSpec,
  container: PodContainer,
): Readonly<Record<string, string>> {
  return {
    [labels.namespace]: namespace,
    [labels.name]: name,
    [labels.uid]: uid,
    [labels.container]: container.name,
    [labels.image]: container.image,
    [labels.grace]: `${spec.terminationGracePeriodSeconds ?? USUAL_GRACE}`,
  }
}

/** Returns whose container it is; nothing where it belongs to no pod: then it is not ours to touch. */
export function readPodContainer(
  status: Omit<ContainerStatus, 'createdAtMs'>,
): PodContainerStatus | undefined {
  const { id, image, state, startedAtMs, exit, address, labels: found } = status
  const reference = podReference.safeParse({
    namespace: found[labels.namespace],
    name: found[labels.name],
    uid: found[labels.uid],
  })
  const container = found[labels.container]
  if (!reference.success || container === undefined) return undefined
  const grace = Number(found[labels.grace] ?? USUAL_GRACE)
  return {
    ...reference.data,
    id,
    container,
    image,
    imageName: found[labels.image],
    graceSeconds: Number.isInteger(grace) && grace >= 0 ? grace : USUAL_GRACE,
    state,
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(exit !== undefined && { exit }),
    ...(address !== undefined && { address }),
  }
}

/**
 * Names of one owner's networks and containers, of which an engine has one space for all. Neither namespaces, uids nor names
 * of containers have an underscore, so that no two are alike.
 */
export function namesOf(owner: string) {
  const prefix = `nexqloud_${owner}_`
  return {
    network: (namespace: string) => `${prefix}${namespace}`,
    container: (uid: string, container: string) => `${prefix}${uid}_${container}`,
  }
}
