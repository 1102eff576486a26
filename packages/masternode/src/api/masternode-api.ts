import type { Election, ElectionListener } from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import type { Aggregated, KubeClient, KubeletStreams, UsageReader } from '@nexqloud/kube'

import type { Reach } from '../reach/reach.ts'

/** The Kubernetes API that a masternode works on. */
export type MasternodeApi = {
  readonly client: KubeClient
  /** Pods that ask for one of these are ours to place. */
  readonly schedulerNames: readonly string[]
  /** Opens the election among the masternodes that work on it. */
  readonly openElection: (onChange: ElectionListener) => Election
  /** Where a real kube-apiserver reaches the containers; nothing for one in this process. */
  readonly kubelet?: { readonly address: string; readonly port: number }
  /** Where clients reach it; nothing where it is somebody else's. */
  readonly port?: number
  readonly close: () => Promise<void>
}

/** Whose API it is, and whom it asks of the devices. */
export type ApiParts = {
  /** The masternode's name among those that work on the same API, also after it was started again. */
  readonly identity: string
  readonly streams: KubeletStreams
  readonly usage: UsageReader
  /** What is served beside it; one that is somebody else's serves it not. */
  readonly aggregated?: Aggregated
  /** Is told whether one that is somebody else's answers. */
  readonly reach: Reach
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Opens an API. */
export type OpenApi = (parts: ApiParts) => Promise<MasternodeApi>
