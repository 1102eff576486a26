import { accountOf, deviceOfName, type Address, type InstanceKey } from '@nexqloud/kernel'
import type { FreezeRank } from '@nexqloud/rules'

import { isHalted, type Instance } from '../heal/instance.ts'
import { hasEnded, uidOf, type Pod } from '../object/object.ts'
import { instanceKeyOf } from './instance-key.ts'
import { payableOf, type Belonging } from './read-placed.ts'

type Namespace = Pick<Pod, 'metadata'>

/** Something that an account pays for, or would: an instance that is wanted, with or without a pod, or a pod that is no instance's. */
export type Charge = {
  readonly key: InstanceKey
  readonly instance: Instance | undefined
  readonly pod: Pod | undefined
}

/** What there is on this API. */
export type Wanted = {
  readonly pods: readonly Pod[]
  readonly instances: readonly Instance[]
  readonly belongingOf: (pod: Pod) => Belonging
  readonly namespaceOf: (instance: Instance) => Namespace | undefined
}

/** Returns what each account pays for, or would. */
export function gatherCharges(wanted: Wanted): ReadonlyMap<Address, readonly Charge[]> {
  /** By uid: of several thousand, each key is worked out once. */
  const charges = new Map<string, Charge>()
  for (const instance of wanted.instances.filter(isWanted)) {
    const key = instanceKeyOf(uidOf(instance), wanted.namespaceOf(instance))
    if (key !== undefined) charges.set(uidOf(instance), { key, instance, pod: undefined })
  }
  for (const pod of wanted.pods.filter(isOnDevice)) {
    const { namespace, instance } = wanted.belongingOf(pod)
    const uid = uidOf(payableOf(pod, instance))
    const known = charges.get(uid)
    const key = known?.key ?? instanceKeyOf(uid, namespace)
    if (key !== undefined) charges.set(uid, { key, instance: known?.instance, pod })
  }
  return Map.groupBy(charges.values(), ({ key }) => accountOf(key))
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
