import { deviceOfName } from '@nexqloud/kernel'
import { parseQuantity, type InstanceShape, type PlacedInstance } from '@nexqloud/rules'

import type { Instance } from '../heal/instance.ts'
import { waitsOf } from '../heal/waits.ts'
import { limitsOf } from '../object/container-limits.ts'
import { hasEnded, uidOf, type Pod } from '../object/object.ts'
import { askedOf } from '../schedule/read-demand.ts'
import { instanceKeyOf } from './instance-key.ts'

/** A pod that is on a device, and that an account pays for. */
export type PlacedPod = Pick<PlacedInstance, 'instance' | 'device' | 'madeAt' | 'waits'> & {
  readonly shape: InstanceShape
}

/** What a pod belongs to, as far as it is known. */
export type Belonging = {
  readonly namespace: Pick<Pod, 'metadata'> | undefined
  /** The instance of the pod's name. */
  readonly instance: Instance | undefined
}

/**
 * Returns what is to be paid for because of a pod; nothing where that is on no device of the chain, has ended, or where nobody pays for its namespace. One that is
 * to end is paid for until it has: its grace may be an hour. A pod that is no instance's is paid for as one of its own, also where it says that it is somebody's.
 */
export function readPlaced(
  pod: Pod,
  { namespace, instance: named }: Belonging,
): PlacedPod | undefined {
  const device = deviceOfName(pod.spec?.nodeName ?? '')
  if (device === undefined || hasEnded(pod)) return undefined
  const instance = instanceKeyOf(uidOf(payableOf(pod, named)), namespace)
  if (instance === undefined) return undefined
  const madeAt = Math.floor(Date.parse(pod.metadata?.creationTimestamp ?? '') / 1000)
  const waits = isOf(pod, named) ? waitsOf(named, pod) : []
  return { instance, device, madeAt, waits, shape: shapeOf(pod) }
}

/** Returns what is paid for because of a pod: its instance where it is one's, else itself. */
export function payableOf(pod: Pod, named: Belonging['instance']): Pick<Pod, 'metadata'> {
  return isOf(pod, named) ? named : pod
}

function isOf(
  { metadata }: Pick<Pod, 'metadata'>,
  instance: Belonging['instance'],
): instance is Instance {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true)
  return instance !== undefined && owner?.uid === uidOf(instance)
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
