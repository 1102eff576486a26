import { readFile } from 'node:fs/promises'

import type { Cluster } from '../cluster.ts'
import { dataFolderOf } from '../data-folder.ts'
import { readDoors } from '../endpoints.ts'
import type { DataOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { isDnsLabel } from './dns-label.ts'
import { InvalidRequestError, MasternodeStoppedError } from './errors.ts'

/** Which API is asked, and whose instances. */
export type InstanceOptions = DataOptions & {
  readonly kubeconfig?: string
  readonly namespace?: string
}

/** A command's door to instances. */
export type InstanceSession = Cluster & {
  readonly namespace: string
  /** The port on which the gateway serves instances by their names, where one is known. */
  readonly gatewayPort: string | undefined
  readonly shell: Shell
}

/**
 * Does something with the API that a command is about, and closes it.
 *
 * @throws {@link MasternodeStoppedError} where nothing says where that is.
 */
export async function withInstances<Result>(
  options: InstanceOptions,
  shell: Shell,
  use: (session: InstanceSession) => Promise<Result>,
): Promise<Result> {
  const { namespace = 'default' } = options
  if (!isDnsLabel(namespace)) {
    throw new InvalidRequestError([`--namespace ${namespace} is no name of a namespace.`], '')
  }
  const folder = dataFolderOf(options.data, shell)
  const doors = await readDoors(folder)
  const file = options.kubeconfig ?? doors.kubeconfig
  if (file === undefined) throw new MasternodeStoppedError(folder)
  const cluster = await shell.openCluster(await readFile(file, 'utf8'))
  // The gateway of this folder serves the API of this folder alone.
  const gateway = file === doors.kubeconfig ? doors.gateway : undefined
  const gatewayPort = gateway === undefined ? undefined : portOf(gateway)
  try {
    return await use({ ...cluster, namespace, gatewayPort, shell })
  } finally {
    await cluster.client.close()
  }
}

function portOf(url: string): string {
  const { port, protocol } = new URL(url)
  return port === '' ? ({ 'http:': '80', 'https:': '443' }[protocol] ?? '') : port
}
