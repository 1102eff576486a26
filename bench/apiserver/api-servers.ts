import { join } from 'node:path'

import { openKubeconfigTransport, type Transport } from '@nexqloud/kube'

import { buildProgram } from '../../packages/kube/system/kubernetes/build-programs.ts'
import { startKubernetes } from '../../packages/kube/system/kubernetes/kubernetes-process.ts'
import { startScript } from '../gateway/part.ts'

/** A Kubernetes API that is reached over TLS, and the processes that it is made of. */
export type ApiServers = {
  readonly transport: Transport
  readonly parts: readonly { readonly pid: number }[]
  readonly close: () => Promise<void>
}

/** Starts our API in a process of its own, with an empty store on the disk. */
export async function startOurs(): Promise<ApiServers> {
  const { told, pid, close } = await startScript(join(import.meta.dirname, 'serve-api.ts'))
  const transport = await openKubeconfigTransport(String(told))
  return {
    transport,
    parts: [{ pid }],
    close: async () => {
      await transport.close()
      await close()
    },
  }
}

/**
 * Starts etcd and kube-apiserver, as the conformance suite does: etcd waits for the disk at each write, as ours does.
 *
 * @throws where there is no Go to build them with.
 */
export async function startTheirs(): Promise<ApiServers> {
  const programs = { etcd: buildProgram('etcd'), apiserver: buildProgram('kube-apiserver') }
  const start = startKubernetes(programs)
  if (start === undefined) {
    throw new Error(
      'Go is not on the PATH, which builds kube-apiserver: there is nobody to compare with.',
    )
  }
  const { transport, pids, close } = await start()
  return { transport, parts: pids.map((pid) => ({ pid })), close }
}
