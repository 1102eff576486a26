import { defineDisks, defineForSure, disks, diskSnapshots } from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import { createInformer, type KubeClient } from '@nexqloud/kube'

import type { Volumes } from './volumes.ts'

/** What is followed. */
export type FollowVolumesOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Volumes as the Kubernetes API has them. */
export type FollowedVolumes = Volumes & {
  /** Resolves once all that there is has been seen. */
  readonly synced: Promise<unknown>
  /** Follows until the signal aborts. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Returns volumes that are disks on devices. */
export function followVolumes(options: FollowVolumesOptions): FollowedVolumes {
  const { client } = options
  const onChange = (): void => {}
  const known = createInformer(client, { ...options, kind: disks, onChange })
  const taken = createInformer(client, { ...options, kind: diskSnapshots, onChange })
  return {
    synced: Promise.all([known.synced, taken.synced]),
    run: async (signal) => {
      await defineForSure(options, defineDisks, signal)
      await Promise.all([known.run(signal), taken.run(signal)])
    },
    see: ({ namespace, id: name }) => {
      const { phase, device, attached, message } = known.get({ namespace, name })?.status ?? {}
      // A device may have no room for it, which is said before it is on one.
      const why = message ? { message } : {}
      if (device === undefined || phase === undefined) return { phase: 'absent', ...why }
      return { phase, device, ...(attached && { attached }), ...why }
    },
    seeSnapshot: ({ namespace, id: name }) => {
      const { phase, message } = taken.get({ namespace, name })?.status ?? {}
      return { phase: phase ?? 'absent', ...(message && { message }) }
    },
    isElastic: false,
  }
}
