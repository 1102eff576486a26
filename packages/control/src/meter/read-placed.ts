import { deviceOfName } from '@nexqloud/kernel'
import { parseQuantity, type InstanceShape, type PlacedInstance } from '@nexqloud/rules'

import { limitsOf } from '../object/container-limits.ts'
import { hasEnded, isDisrupted, type Pod } from '../object/object.ts'
import { askedOf } from '../schedule/read-demand.ts'
import { instanceKeyOf } from './instance-key.ts'

/** A pod that is on a device for an instance that an account pays for. */
export type PlacedPod = Pick<PlacedInstance, 'instance' | 'device' | 'madeAt'> & {
  readonly shape: InstanceShape
}

/**
 * Returns what is to be paid for because of a pod; nothing where that is no instance's, is on no device of the chain, has ended or is to end, or where nobody
 * pays for its namespace.
 */
export function readPlaced(
  pod: Pod,
  namespace: Parameters<typeof instanceKeyOf>[1],
): PlacedPod | undefined {
  const { metadata = {}, spec } = pod
  const owner = metadata.ownerReferences?.find(
    ({ kind, controller }) => kind === 'Instance' && controller === true,
  )
  const device = deviceOfName(spec?.nodeName ?? '')
  const isEnding = metadata.deletionTimestamp !== undefined || isDisrupted(pod) || hasEnded(pod)
  if (owner === undefined || device === undefined || isEnding) return undefined
  const instance = instanceKeyOf(owner.uid, namespace)
  if (instance === undefined) return undefined
  const madeAt = Math.floor(Date.parse(metadata.creationTimestamp ?? '') / 1000)
  return { instance, device, madeAt, shape: shapeOf(pod) }
}

/** Returns what a pod has for itself, and may use at most. */
export function shapeOf(pod: Pick<Pod, 'spec'>): InstanceShape {
  const limits = (pod.spec?.containers ?? []).map(limitsOf)
  const sumOf = (name: string, unit: 'whole' | 'milli') =>
    limits.reduce((sum, each) => sum + (parseQuantity(each[name] ?? '', unit, 'up') ?? 0), 0)
  return {
    cpuMilli: askedOf(pod).cpuMilli,
    limitMilli: sumOf('cpu', 'milli'),
    memoryBytes: sumOf('memory', 'whole'),
  }
}
