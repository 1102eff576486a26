import {
  kinds,
  StatusError,
  type ContainerTarget,
  type KubeClient,
  type KubeletStreams,
} from '@nexqloud/kube'
import type { ContainerShell } from '@nexqloud/ssh'

import { NoContainerError } from './errors.ts'

/** What containers are found and reached by. */
export type ContainerShellParts = {
  readonly client: Pick<KubeClient, 'get'>
  readonly streams: Pick<KubeletStreams, 'run' | 'connect'>
}

/** Returns the way into the first container of the pod of each instance, `namespace/name`. */
export function createContainerShell({ client, streams }: ContainerShellParts): ContainerShell {
  const find = async (instance: string): Promise<ContainerTarget> => {
    const [namespace = '', name = ''] = instance.split('/')
    const pod = await client.get(kinds.pods, { namespace, name }).catch(absent)
    const { uid } = pod?.metadata ?? {}
    const { nodeName: node, containers = [] } = pod?.spec ?? {}
    const [container] = containers
    if (uid === undefined || node === undefined || container === undefined) {
      throw new NoContainerError(instance)
    }
    return { node, namespace, pod: name, uid, container: container.name }
  }
  return {
    run: async (instance, process) => streams.run(await find(instance), process),
    connect: async (instance, port, signal) => streams.connect(await find(instance), port, signal),
  }
}

function absent(failure: unknown): undefined {
  if (failure instanceof StatusError && failure.kind === 'notFound') return undefined
  throw failure
}
