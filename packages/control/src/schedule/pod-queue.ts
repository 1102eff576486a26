import type { Change } from '@nexqloud/kube'

import { labels, SCHEDULER_NAME } from '../object/names.ts'
import { hasEnded, uidOf, type Pod } from '../object/object.ts'
import type { DeviceIndex } from './device-index.ts'
import { askedOf } from './read-demand.ts'

/** The pods that wait for a device. */
export type PodQueue = {
  /** Takes note of what became of a pod; returns whether somebody may be placed now who could not before. */
  readonly follow: (change: Change<Pod>) => boolean
  /** The oldest first. */
  readonly list: () => readonly Pod[]
  readonly put: (pod: Pod) => void
  readonly remove: (pod: Pod) => void
}

/** Returns a queue of the pods that ask for one of these schedulers; bound pods are charged to their devices. */
export function createPodQueue(
  index: DeviceIndex,
  schedulerNames: readonly string[] = [SCHEDULER_NAME],
): PodQueue {
  const pending = new Map<string, Pod>()
  const remove = (pod: Pod): void => void pending.delete(uidOf(pod))
  const forget = (pod: Pod): boolean => {
    remove(pod)
    return index.release(uidOf(pod))
  }

  function note(pod: Pod): void {
    const device = pod.spec?.nodeName ?? ''
    if (device !== '') index.take(uidOf(pod), { device, asked: askedOf(pod), group: groupOf(pod) })
    if (device === '' && isOurs(pod, schedulerNames)) pending.set(uidOf(pod), pod)
    else remove(pod)
  }

  return {
    follow: (change) => {
      const { type, object: pod } = change
      const isOther = type === 'updated' && uidOf(change.previous) !== uidOf(pod)
      const isFreed = isOther && forget(change.previous)
      if (type === 'deleted' || hasEnded(pod)) return forget(pod) || isFreed
      note(pod)
      const isNew = type === 'added' || isOther || isWish(change.previous, pod)
      return isFreed || (isNew && pending.has(uidOf(pod)))
    },
    list: () => [...pending.values()].toSorted(byAge),
    put: (pod) => void pending.set(uidOf(pod), pod),
    remove,
  }
}

/** Returns whose replica a pod is; empty where it stands alone. */
export function groupOf({ metadata = {} }: Pod): string {
  const group = metadata.labels?.[labels.group] ?? ''
  return group === '' ? '' : `${metadata.namespace}/${group}`
}

function isOurs({ metadata = {}, spec }: Pod, schedulerNames: readonly string[]): boolean {
  const isGated = (spec?.schedulingGates ?? []).length > 0
  const isAsked = schedulerNames.includes(spec?.schedulerName ?? '')
  return isAsked && !metadata.deletionTimestamp && !isGated
}

/** Whether what a pod wants has changed, and not only what is said of it. */
function isWish(before: Pod, after: Pod): boolean {
  const of = ({ metadata = {}, spec }: Pod) =>
    JSON.stringify([metadata.labels, metadata.annotations, spec])
  return of(before) !== of(after)
}

function byAge(left: Pod, right: Pod): number {
  const of = ({ metadata = {} }: Pod) =>
    `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`
  return of(left) < of(right) ? -1 : 1
}
