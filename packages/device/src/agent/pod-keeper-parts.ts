import type { ContainerEngine, ImageCache, PodPolicy, TenantWall } from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'

import type { BookStore } from '../book/book-store.ts'
import type { ProberFactory } from './health-watch.ts'
import type { PodListener } from './pod-listener.ts'

/** What a keeper stands on. */
export type PodKeeperParts = {
  /** Whose containers they are, also after a restart. */
  readonly owner: string
  readonly engine: ContainerEngine
  readonly images: Pick<ImageCache, 'pull'>
  readonly wall: Pick<TenantWall, 'limitEgress'>
  readonly store: BookStore
  readonly policy: PodPolicy
  readonly clock: Clock
  readonly createProber: ProberFactory
  readonly listener: PodListener
  /** Returns the folder in which a pod's disks appear; nothing is given to pods where the device has no disks. */
  readonly openFolder?: ((uid: string) => Promise<string>) | undefined
}
