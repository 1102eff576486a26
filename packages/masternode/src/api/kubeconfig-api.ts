import { LeaseElection, SCHEDULER_NAME } from '@nexqloud/control'
import {
  createInformer,
  createKubeClient,
  kinds,
  openKubeconfigTransport,
  openKubeletServer,
  type User,
} from '@nexqloud/kube'

import { watchTransport } from '../reach/watch-transport.ts'
import type { OpenApi } from './masternode-api.ts'
import { refuseEmbedded } from './refuse-embedded.ts'

/** Which Kubernetes it is, and how its kube-apiserver reaches the masternode. */
export type KubeconfigApiOptions = {
  /** The text of a kubeconfig. */
  readonly kubeconfig: string
  readonly kubelet: {
    readonly host: string
    /** 0 for any that is free. */
    readonly port: number
    /** The address that nodes give as theirs. */
    readonly address: string
    /** PEM. `ca` signs the certificate that the kube-apiserver shows. */
    readonly tls: { readonly key: string; readonly cert: string; readonly ca: string }
    readonly isApiServer: (user: User) => boolean
  }
}

/**
 * Returns who opens the way to a Kubernetes that runs elsewhere.
 *
 * @throws {@link EmbeddedKubernetesError} when it is opened, where it runs within another masternode.
 */
export function createKubeconfigApi({ kubeconfig, kubelet }: KubeconfigApiOptions): OpenApi {
  return async ({ identity, streams, reach, clock, onFailure }) => {
    const transport = await openKubeconfigTransport(kubeconfig)
    await refuseEmbedded(transport)
    const client = createKubeClient(watchTransport(transport, { reach, clock }))
    const over = new AbortController()
    const pods = createInformer(client, {
      kind: kinds.pods,
      clock,
      onFailure,
      onChange: () => {},
    })
    const following = pods.run(over.signal)
    const closeClient = async (): Promise<void> => {
      over.abort()
      await following
      await client.close()
    }
    const findPod = (namespace: string, name: string) => {
      const { metadata, spec } = pods.get({ namespace, name }) ?? {}
      const [node = '', uid = ''] = [spec?.nodeName, metadata?.uid]
      return node === '' ? undefined : { node, uid }
    }
    try {
      const server = await openKubeletServer({ ...kubelet, streams, findPod })
      return {
        client,
        schedulerNames: [SCHEDULER_NAME],
        openElection: (onChange) =>
          new LeaseElection({ client, clock, identity, onChange, onFailure }),
        kubelet: { address: kubelet.address, port: server.port },
        close: async () => {
          await server.close()
          await closeClient()
        },
      }
    } catch (failure) {
      await closeClient()
      throw failure
    }
  }
}
