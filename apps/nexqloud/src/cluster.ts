import {
  createKubeClient,
  createKubeconfigStreams,
  openKubeconfigTransport,
  type ContainerStreams,
  type KubeClient,
} from '@nexqloud/kube'

/** A Kubernetes API, and what its containers say. */
export type Cluster = {
  readonly client: KubeClient
  readonly streams: ContainerStreams
}

/** Opens the way to the API that a kubeconfig (its text) names; nothing is sent yet. Close its client. */
export async function openCluster(kubeconfig: string): Promise<Cluster> {
  const transport = await openKubeconfigTransport(kubeconfig)
  return { client: createKubeClient(transport), streams: createKubeconfigStreams(kubeconfig) }
}
