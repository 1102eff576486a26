import { defineForSure, defineInstances, instances, readPlaced, type Pod } from '@nexqloud/control'
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
        instanceOf = (pod) => {
          const { namespace = '', name = '' } = pod.metadata ?? {}
          const belonging = {
            namespace: namespaces.get({ name: namespace }),
            instance: wanted.get({ namespace, name }),
          }
          return readPlaced(pod, belonging)?.instance
        }
      }
      void synced()
      await defineForSure({ client, ...parts }, defineInstances, signal)
      await Promise.all([namespaces.run(signal), wanted.run(signal)])
    },
  }
}
