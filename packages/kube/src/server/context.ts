import type { Clock } from '@nexqloud/kernel'

import type { ResourceType } from '../resource/resource-type.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Registry } from './registry.ts'
import type { RequestInfo } from './request-info.ts'
import type { ApiRequest } from './request.ts'
import type { KubeletStreams } from './streams/kubelet-streams.ts'

/** What all requests share. */
export type ServerContext = {
  readonly store: ObjectStore
  readonly registry: Registry
  readonly clock: Clock
  readonly createUid: () => string
  /** Returns 0 to `sides` − 1. */
  readonly roll: (sides: number) => number
  /** Who reaches the containers; without it their streams are refused. */
  readonly streams: KubeletStreams | undefined
  readonly watches: WatchLimits
}

/** How much watches may take. */
export type WatchLimits = {
  readonly bookmarkMs: number
}

/** A request about a resource that is served. */
export type ResourceRequest = {
  readonly context: ServerContext
  readonly request: ApiRequest
  readonly info: RequestInfo
  readonly type: ResourceType
}
