import type { Masternode } from '@nexqloud/masternode'
import type { Logger } from 'pino'

import type { Ec2Door } from '../ec2/open-door.ts'
import { announceDoors } from '../endpoints.ts'
import type { Session } from '../session/session.ts'
import { whenAborted, type Shell } from '../shell.ts'
import { writeKubeconfig, type ApiCredentials } from './api-credentials.ts'
import type { RunMasternodeOptions } from './run.ts'

/** Who serves, and how that is told. */
export type ServingParts = {
  readonly options: RunMasternodeOptions
  readonly session: Session
  readonly log: Logger
}

/** Says where the doors are for as long as they are open. */
export async function serveDoors(
  { options, session, log }: ServingParts,
  masternode: Masternode,
  { api: credentials, ec2 }: { readonly api: ApiCredentials; readonly ec2: Ec2Door },
): Promise<void> {
  const { shell, keyring } = session
  const { kubernetesPort, gateway, devices } = masternode
  const server =
    kubernetesPort === undefined ? undefined : `https://${options.host}:${kubernetesPort}`
  const kubeconfig =
    server === undefined
      ? options.kubeconfig
      : await writeKubeconfig(keyring.folder, { server, ...credentials })
  const doors = {
    ...(server !== undefined && { kubernetes: server }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ec2: ec2.url,
    gateway: gateway.httpUrl,
    devices: `${options.host}:${devices.port}`,
  }
  const withdraw = await announceDoors(keyring.folder, 'masternode', doors)
  try {
    announce({ options, shell }, doors)
    log.info(doors, 'running')
    await whenAborted(shell.signal)
  } finally {
    await withdraw()
  }
}

function announce(
  { options, shell }: { readonly options: RunMasternodeOptions; readonly shell: Shell },
  doors: Readonly<Record<string, string>>,
): void {
  if (options.json) return shell.printer.line(JSON.stringify(doors))
  for (const [name, value] of Object.entries(doors)) {
    shell.printer.line(`${name.padEnd(12)}${value}`)
  }
  shell.printer.line('Ctrl-C stops it; containers run on, on their devices.')
}
