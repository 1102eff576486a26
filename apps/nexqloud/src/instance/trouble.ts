import { isHalted, type Instance } from '@nexqloud/control'

import { troubles } from './trouble-table.ts'
import type { InstanceView } from './view.ts'

/** Why an instance does not run. */
export type Trouble = {
  /** One word for programs, e.g. `ImageNotFound`. */
  readonly reason: string
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** Waiting alone does not help. */
  readonly isFinal: boolean
}

type Found = Pick<Trouble, 'reason' | 'message'>

/** Returns why an instance does not run; nothing where it does, or is on its way. */
export function troubleOf({ instance, pod, events }: InstanceView): Trouble | undefined {
  if (isHalted(instance)) return stopOf(instance)
  const { frozen } = instance.status ?? {}
  if (frozen !== undefined) return freezeOf(instance, frozen)
  const found = pod === undefined ? withoutPod({ instance, pod, events }) : ofPod(pod, events)
  return found === undefined ? undefined : explain(found)
}

type Pod = NonNullable<InstanceView['pod']>

function explain(found: Found): Trouble {
  const known = Object.hasOwn(troubles, found.reason) ? troubles[found.reason] : undefined
  const { hint, isFinal } = known ?? {
    hint: 'Look at its log and its events.',
    isFinal: false,
  }
  return { ...found, hint, isFinal }
}

function stopOf({ status, metadata = {} }: InstanceView['instance']): Trouble | undefined {
  const { lastStop } = status ?? {}
  if (lastStop?.cause !== 'UserStopped') return undefined
  return {
    reason: lastStop.cause,
    message: `stopped by ${lastStop.actor}`,
    hint: `nexqloud start ${metadata.name} starts it again.`,
    isFinal: true,
  }
}

function freezeOf(
  { metadata = {} }: Instance,
  { reason, message }: NonNullable<NonNullable<Instance['status']>['frozen']>,
): Trouble {
  const hint = `nexqloud account show tells how the account stands; ${metadata.name} runs again by itself once that is over.`
  return { reason: `Frozen, ${reason}`, message, hint, isFinal: true }
}

/** What the API refused is told in an event; what failed before is remembered. */
function withoutPod({ instance, events }: InstanceView): Found | undefined {
  const { lastStop, failedPods = 0, notBeforeMs = 0 } = instance.status ?? {}
  const refusal = events.findLast(({ reason }) => reason === 'FailedCreate')
  if (refusal !== undefined && notBeforeMs > 0 && failedPods === 0) {
    return { reason: 'FailedCreate', message: refusal.message ?? '' }
  }
  if (lastStop === undefined || failedPods === 0) return undefined
  return { reason: lastStop.cause, message: lastStop.evidence }
}

function ofPod(pod: Pod, events: InstanceView['events']): Found | undefined {
  const { reason, message = '', containerStatuses = [] } = pod.status ?? {}
  if (reason !== undefined) return { reason, message }
  const found = containerStatuses.map((container) => ofContainer(container, pod))
  return found.find((each) => each !== undefined) ?? ofSchedule(pod) ?? ofProbe(pod, events)
}

/** Why a container that runs gets no visitors. */
function ofProbe({ metadata, status }: Pod, events: InstanceView['events']): Found | undefined {
  const isReady = status?.conditions?.some(
    ({ type, status: is }) => type === 'Ready' && is === 'True',
  )
  if (status?.phase !== 'Running' || isReady === true) return undefined
  const failed = events.findLast(
    ({ reason, involvedObject }) => reason === 'Unhealthy' && involvedObject.uid === metadata?.uid,
  )
  return failed && { reason: 'NotReady', message: failed.message ?? '' }
}

function ofContainer({ state, lastState }: ContainerStatus, pod: Pod): Found | undefined {
  const { waiting, terminated } = state ?? {}
  if (waiting?.reason === 'CrashLoopBackOff') return ofEnd(lastState?.terminated, waiting)
  if (waiting !== undefined)
    return waiting.reason === 'ContainerCreating' ? undefined : ofWait(waiting)
  const isWanted = terminated?.exitCode === 0 && pod.spec?.restartPolicy === 'Never'
  return terminated === undefined || isWanted ? undefined : ofEnd(terminated, {})
}

function ofSchedule({ status }: Pod): Found | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status !== 'False') return undefined
  const { reason = 'Unschedulable', message = '' } = scheduled
  // Whether the device was found to be full before it was given the pod, or after, is chance.
  return {
    reason: message.startsWith('blocked by full disks') ? 'DeviceDiskFull' : reason,
    message,
  }
}

type ContainerStatus = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]
type Words = { readonly reason?: string; readonly message?: string }

/** A device puts the finer word before the message: `ImageNotFound: Image x: …`. */
function ofWait({ reason = '', message = '' }: Words): Found {
  const [, word, rest] = /^([A-Z]\w+): (.*)$/s.exec(message) ?? []
  return word !== undefined && Object.hasOwn(troubles, word)
    ? { reason: word, message: rest ?? '' }
    : { reason, message }
}

function ofEnd(ended: NonNullable<ContainerStatus['state']>['terminated'], waiting: Words): Found {
  if (ended === undefined) return ofWait(waiting)
  const { exitCode, reason = 'Error', message, signal } = ended
  const by = signal === undefined ? '' : ` by signal ${signal}`
  const text = `its command ended with exit code ${exitCode}${by}`
  return { reason, message: message === undefined ? text : `${text}: ${message}` }
}
