import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { createKubeClient, openKubeconfigTransport, type KubeClient } from '@nexqloud/kube'

import type { Cleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import { processOf } from '../src/endpoints.ts'
import { command, LabProcess, startHere } from './lab-process.ts'

/** A chain and a masternode, each a process in the test's own network. */
export type CloudLab = {
  /** The data folder of both. */
  readonly folder: string
  /** Where the chain answers. */
  readonly rpc: string
  readonly masternode: LabProcess
  /** Resolves once the masternode that was started last has opened its doors. */
  readonly untilOpen: () => Promise<void>
  /** Gives an account what a device's key costs, and more. */
  readonly fund: (account: string) => Promise<void>
  /** A client of the masternode's Kubernetes API. */
  readonly client: KubeClient
}

/** Instances of a test get their addresses of a range of their own. */
const POOL = '127.68.0.0/16'

/** Launches a network whose doors are at this address. */
export async function openCloudLab(cleanup: Cleanup, host: string): Promise<CloudLab> {
  const folder = openScratchFolder(cleanup)
  const run = (name: string, args: readonly string[]): LabProcess => {
    const common = ['--data', folder, '--host', host, '--json']
    const started = new LabProcess({
      start: startHere,
      args: [name, ...args, ...common],
      logFile: join(folder, 'logs', `${name}.log`),
    })
    cleanup.add(() => started.end('SIGKILL'))
    return started
  }
  mkdirSync(join(folder, 'logs'))
  const chain = run('chain', ['--port', '8545', '--masternode-endpoint', `${host}:4433`])
  const masternode = run('masternode', ['--pool', POOL])
  const untilOpen = (name: string, started: LabProcess): Promise<void> =>
    started.untilReady(async (pid) => (await processOf(folder, name)) === pid)
  chain.start()
  await untilOpen('chain', chain)
  masternode.start()
  await untilOpen('masternode', masternode)
  const kubeconfig = readFileSync(join(folder, 'kubeconfig'), 'utf8')
  const client = createKubeClient(await openKubeconfigTransport(kubeconfig))
  cleanup.add(client.close)
  let funding = Promise.resolve()
  return {
    folder,
    // The faucet sends one transaction after the other.
    fund: (account) => {
      const args = ['wallet', 'faucet', account, '--amount', '10', '--data', folder]
      funding = funding.then(async () => void (await command(args)))
      return funding
    },
    rpc: `http://${host}:8545`,
    masternode,
    untilOpen: () => untilOpen('masternode', masternode),
    client,
  }
}
