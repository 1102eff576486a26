import { isDeepStrictEqual } from 'node:util'

import { hasEnded, type Pod } from '../object/object.ts'
import type { PodReport } from './device-link.ts'

type Status = NonNullable<Pod['status']>

/** What a device may say of a pod; the rest, such as who bound it, is not its own. */
const ownFields = [
  'phase',
  'reason',
  'message',
  'startTime',
  'podIP',
  'podIPs',
  'initContainerStatuses',
  'containerStatuses',
] as const

const ownConditions = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'ContainersReady',
  'Ready',
])
const phases = new Set(['Pending', 'Running', 'Succeeded', 'Failed'])

/** Returns what has to be written so that a pod says what its device reports; nothing where it does already, or may not. */
export function statusChange(pod: Pod, { status }: PodReport): Status | undefined {
  if (!phases.has(status.phase ?? '')) return undefined
  const isRevival = hasEnded(pod) && status.phase !== pod.status?.phase
  if (isRevival) return undefined
  const fields = ownFields.filter((field) => status[field] !== undefined)
  const own = Object.fromEntries(fields.map((field) => [field, status[field]]))
  const isOwn = ({ type }: { readonly type: string }) => ownConditions.has(type)
  const others = (pod.status?.conditions ?? []).filter((condition) => !isOwn(condition))
  const conditions = [...others, ...(status.conditions ?? []).filter(isOwn)]
  const wanted: Status = { ...own, conditions }
  const isTold = Object.entries(wanted).every(([field, value]) =>
    isDeepStrictEqual(value, pod.status?.[field as keyof Status]),
  )
  return isTold ? undefined : wanted
}
