import { isFrozen, isHalted, type Pod } from '@nexqloud/control'
import { podStatusOf } from '@nexqloud/kube'

import { nameOf, type InstanceView } from './view.ts'

/** A port of an instance. */
export type InstancePort = {
  readonly port: number
  readonly protocol: 'http' | 'tcp'
}

/** How an instance is, in values. */
export type InstanceState = {
  readonly name: string
  readonly namespace: string
  readonly image: string
  /** The word of `kubectl get pods`; `Stopped`, `Frozen` and `BackOff` for what has no pod. */
  readonly status: string
  /** Since when, ISO 8601, where that is known. */
  readonly since: string | undefined
  readonly isReady: boolean
  readonly device: string | undefined
  readonly address: string | undefined
  readonly ports: readonly InstancePort[]
  readonly restarts: number
  readonly createdAt: string | undefined
}

/** Returns how an instance is. */
export function stateOf(view: InstanceView, nowMs: number): InstanceState {
  const { metadata = {} } = view.instance
  const status = statusOf(view, nowMs)
  return {
    name: nameOf(view),
    namespace: metadata.namespace ?? '',
    image: containerOf(view)?.image ?? '',
    status,
    since: view.pod === undefined ? sinceWithoutPod(view, status) : sinceOfPod(view.pod, status),
    ports: portsOf(view),
    createdAt: metadata.creationTimestamp,
    ...placeOf(view.pod),
  }
}

function placeOf({ metadata, spec, status = {} }: Pod = {}) {
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  return {
    isReady: ready?.status === 'True' && metadata?.deletionTimestamp === undefined,
    device: spec?.nodeName,
    address: status.podIP,
    restarts: status.containerStatuses?.[0]?.restartCount ?? 0,
  }
}

/** Returns the container that is wanted. */
export function containerOf({ instance }: Pick<InstanceView, 'instance'>) {
  return instance.spec.template.spec.containers[0]
}

/** Whether an instance is at rest: it was stopped, or has ended and is not to be started again. */
export function isAtRest(
  { status }: Pick<InstanceState, 'status'>,
  { pod }: InstanceView,
): boolean {
  const phase = pod?.status?.phase
  const hasEnded =
    pod?.spec?.restartPolicy === 'Never' && ['Succeeded', 'Failed'].includes(phase ?? '')
  return status === 'Stopped' || hasEnded
}

/** Whether anything of an instance has ever run, so that it may have something to lose. */
export function hasRun({ pod }: Pick<InstanceView, 'pod'>): boolean {
  return (pod?.status?.containerStatuses ?? []).some(
    ({ state, lastState }) =>
      (state?.running ?? state?.terminated ?? lastState?.terminated) !== undefined,
  )
}

function statusOf({ instance, pod }: InstanceView, nowMs: number): string {
  if (pod !== undefined) return podStatusOf(pod)
  if (instance.metadata?.deletionTimestamp !== undefined) return 'Terminating'
  if (isHalted(instance)) return 'Stopped'
  if (isFrozen(instance)) return 'Frozen'
  return (instance.status?.notBeforeMs ?? 0) > nowMs ? 'BackOff' : 'Pending'
}

function sinceWithoutPod({ instance }: InstanceView, status: string): string | undefined {
  if (status === 'Frozen') return instance.status?.frozen?.at
  return status === 'Pending' ? instance.metadata?.creationTimestamp : instance.status?.lastStop?.at
}

function sinceOfPod(pod: Pod, status: string): string | undefined {
  return status === 'Terminating' ? undefined : (turnOf(pod) ?? pod.metadata?.creationTimestamp)
}

/** Returns when the container began to run, or ended. */
function turnOf({ status }: Pod): string | undefined {
  const { state, lastState } = status?.containerStatuses?.[0] ?? {}
  const { running, terminated = lastState?.terminated } = state ?? {}
  return running?.startedAt ?? terminated?.finishedAt
}

const HTTP = /^http(?:-|$)/

function portsOf(view: InstanceView): readonly InstancePort[] {
  return (containerOf(view)?.ports ?? [])
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map(({ containerPort: port, name = '' }) => {
      return { port, protocol: HTTP.test(name) ? 'http' : 'tcp' } as const
    })
}
