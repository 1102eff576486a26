import {
  defineForSure,
  defineInstances,
  instances,
  readPlaced,
  type Belonging,
  type Pod,
} from '@nexqloud/control'
import type { Clock, InstanceKey } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'

/** Knows what pods are paid for as: what they belong to in the API decides, so that all witnesses say the same, and as the meter opens leases. */
export type Payers = {
  /** Returns what a pod is paid for as; nothing where nobody pays, and until everything was seen that decides it. */
  readonly instanceOf: (pod: Pod) => InstanceKey | undefined
  /** Follows the API until the signal aborts. Call it once. */
  readonly run: (client: KubeClient, signal: AbortSignal) => Promise<void>
}

/** Returns who knows nothing yet. */
export function createPayers(parts: {
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}): Payers {
  let instanceOf: Payers['instanceOf'] = () => undefined
  return {
    instanceOf: (pod) => instanceOf(pod),
    run: async (client, signal) => {
      const follow = { ...parts, onChange: () => {} }
      const namespaces = createInformer(client, { ...follow, kind: kinds.namespaces })
      const wanted = createInformer(client, { ...follow, kind: instances })
      const synced = async (): Promise<void> => {
        await Promise.all([namespaces.synced, wanted.synced])
        instanceOf = rememberPayer(({ metadata = {} }) => {
          const { namespace = '', name = '' } = metadata
          return {
            namespace: namespaces.get({ name: namespace }),
            instance: wanted.get({ namespace, name }),
          }
        })
      }
      void synced()
      await defineForSure({ client, ...parts }, defineInstances, signal)
      await Promise.all([namespaces.run(signal), wanted.run(signal)])
    },
  }
}

/** What runs is asked for at each sign of life: only what an object of the API was replaced of is worked out anew. */
function rememberPayer(belongingOf: (pod: Pod) => Belonging): Payers['instanceOf'] {
  const known = new WeakMap<
    Pod,
    { readonly belonging: Belonging; readonly key: InstanceKey | undefined }
  >()
  return (pod) => {
    const belonging = belongingOf(pod)
    const before = known.get(pod)
    const isSame =
      before?.belonging.namespace === belonging.namespace &&
      before?.belonging.instance === belonging.instance
    if (before !== undefined && isSame) return before.key
    const key = readPlaced(pod, belonging)?.instance
    known.set(pod, { belonging, key })
    return key
  }
}
