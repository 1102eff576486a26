import { deviceOfName, type InstanceKey } from '@nexqloud/kernel'
import type { FreezeRank } from '@nexqloud/rules'

import { isHalted, type Instance } from '../heal/instance.ts'
import { hasEnded, uidOf, type Pod } from '../object/object.ts'
import { instanceKeyOf } from './instance-key.ts'
import { payableOf } from './read-placed.ts'

type Namespace = Pick<Pod, 'metadata'>

/** Something that an account pays for, or would: an instance that is wanted, with or without a pod, or a pod that is no instance's. */
export type Charge = {
  readonly key: InstanceKey
  readonly instance: Instance | undefined
  readonly pod: Pod | undefined
}

/** What there is in one place, and who pays for it. */
export type Occupants = {
  readonly pod: Pod | undefined
  /** The instance of that name. */
  readonly instance: Instance | undefined
  readonly namespace: Namespace | undefined
}

/** Returns what is paid for, or would be, because of what there is in one place: an instance and a pod of its name that is not its own are two. */
export function readCharges({ pod, instance, namespace }: Occupants): readonly Charge[] {
  const wanted = instance !== undefined && isWanted(instance) ? instance : undefined
  const placed = pod !== undefined && isOnDevice(pod) ? pod : undefined
  const own = placed && payableOf(placed, instance)
  const isPodOfWanted = own !== undefined && wanted !== undefined && uidOf(own) === uidOf(wanted)
  return [
    ...(wanted === undefined
      ? []
      : chargeOf(uidOf(wanted), {
          namespace,
          instance: wanted,
          pod: isPodOfWanted ? placed : undefined,
        })),
    ...(own === undefined || isPodOfWanted
      ? []
      : chargeOf(uidOf(own), { namespace, instance: undefined, pod: placed })),
  ]
}

function chargeOf(uid: string, { pod, instance, namespace }: Occupants): readonly Charge[] {
  const key = instanceKeyOf(uid, namespace)
  return key === undefined ? [] : [{ key, instance, pod }]
}

function isWanted(instance: Instance): boolean {
  return !isHalted(instance) && instance.metadata?.deletionTimestamp === undefined
}

function isOnDevice(pod: Pod): boolean {
  return !hasEnded(pod) && deviceOfName(pod.spec?.nodeName ?? '') !== undefined
}

/** Returns what decides which stops first. */
export function rankOf({ key, instance, pod }: Charge): FreezeRank {
  const madeAt = (instance ?? pod)?.metadata?.creationTimestamp ?? ''
  return {
    instance: key,
    priority: instance?.spec.priority ?? pod?.spec?.priority ?? 0,
    madeAt: Math.floor(Date.parse(madeAt) / 1000),
  }
}
