import type { Clock } from '@nexqloud/kernel'
import type { KubeClient, KubeletStreams, UsageReader } from '@nexqloud/kube'

/** The Kubernetes API that a masternode works on. */
export type MasternodeApi = {
  readonly client: KubeClient
  /** Pods that ask for one of these are ours to place. */
  readonly schedulerNames: readonly string[]
  /** Where a real kube-apiserver reaches the containers; nothing for one in this process. */
  readonly kubelet?: { readonly address: string; readonly port: number }
  /** Where clients reach it; nothing where it is somebody else's. */
  readonly port?: number
  readonly close: () => Promise<void>
}

/** Whom an API asks of the devices. */
export type ApiParts = {
  readonly streams: KubeletStreams
  readonly usage: UsageReader
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Opens an API. */
export type OpenApi = (parts: ApiParts) => Promise<MasternodeApi>
