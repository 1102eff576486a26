import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { annotations, instances } from '@nexqloud/control'
import { createKubeClient, kinds, type KubeClient } from '@nexqloud/kube'
import { createLedger, nexqloudLocal, type Ledger } from '@nexqloud/ledger'
import { http } from 'viem'
import { vi } from 'vitest'

import type { Cleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import {
  findFreePort,
  type RealKubernetes,
} from '../../../packages/kube/system/kubernetes/kubernetes-process.ts'
import { openTcpRelay, type TcpRelay } from '../../../packages/masternode/system/tcp-relay.ts'
import { processOf } from '../src/endpoints.ts'
import { usualResources } from '../src/instance/size.ts'
import { command, LabProcess, startHere } from './lab-process.ts'

/** A masternode that may sleep, lie, or lose its network. */
export type QuorumMember = {
  readonly id: number
  readonly start: () => Promise<void>
  /** Ends it at once, as a power cut would. */
  readonly kill: () => Promise<void>
  /** Starts it as one that writes down that it sees nobody. */
  readonly startLying: () => Promise<void>
  /** Cuts it off from chain, Kubernetes, devices and other masternodes, or lets it come back. */
  readonly cut: (isCut: boolean) => void
}

/** A chain, a real Kubernetes, masternodes that share it, and devices that imitate what they run. */
export type QuorumLab = {
  readonly rpc: string
  readonly ledger: Ledger<undefined>
  readonly client: KubeClient
  readonly members: readonly QuorumMember[]
}

const env = { NEXQLOUD_PASSWORD: 'secret' }
const patiently = { timeout: 180_000, interval: 500 }

/** Opens all of it, with instances that are paid for by an account which approves all masternodes. */
export async function openQuorumLab(
  cleanup: Cleanup,
  kubernetes: RealKubernetes,
  size: { readonly masternodes: number; readonly devices: number; readonly instances: number },
): Promise<QuorumLab> {
  const root = openScratchFolder(cleanup)
  const first = join(root, 'masternode-1')
  const rpcPort = await findFreePort()
  const rpc = `http://127.0.0.1:${rpcPort}`
  const places = await Promise.all(
    Array.from({ length: size.masternodes }, (_, at) =>
      openPlace(cleanup, { root, id: at + 1, rpcPort, kubernetes }),
    ),
  )
  mkdirSync(first)
  const launch = ['chain', '--port', String(rpcPort), '--data', first, '--json']
  const chain = open({ cleanup, root }, 'chain', [
    ...launch,
    '--masternode-endpoint',
    endpointOf(places[0]),
  ])
  chain.start()
  await chain.untilReady(async (pid) => (await processOf(first, 'chain')) === pid)
  const tenant = await openAccount(first)
  for (const place of places.slice(1)) await joinNetwork(place, first, rpc)
  for (const { id } of places) {
    await command(['account', 'approve', `${id}`, ...by('bob', first)], env)
  }
  const members = places.map((place) => createMember(cleanup, root, place))
  for (const member of members) await member.start()
  await startFleet(cleanup, { root, first, devices: size.devices })
  const client = createKubeClient(kubernetes.transport)
  await launchInstances(client, { tenant, count: size.instances })
  const transport = http(rpc)
  return { rpc, ledger: createLedger({ chain: nexqloudLocal, transport }), client, members }
}

type Place = {
  readonly id: number
  readonly folder: string
  readonly devicePort: number
  readonly kubeconfigFile: string
  readonly ways: { readonly chain: TcpRelay; readonly api: TcpRelay; readonly door: TcpRelay }
}

type Surroundings = {
  readonly root: string
  readonly id: number
  readonly rpcPort: number
  readonly kubernetes: RealKubernetes
}

/** Each gets to the others by ways of its own. */
async function openPlace(
  cleanup: Cleanup,
  { root, id, rpcPort, kubernetes }: Surroundings,
): Promise<Place> {
  const server = /https:[^"\s]+/.exec(kubernetes.kubeconfig)?.[0] ?? ''
  const devicePort = await findFreePort()
  const [chain, api, door] = await Promise.all(
    [rpcPort, Number(new URL(server).port), devicePort].map((port) => openTcpRelay(port)),
  )
  if (chain === undefined || api === undefined || door === undefined) throw new TypeError('Three.')
  for (const way of [chain, api, door]) cleanup.add(way.close)
  const kubeconfigFile = join(root, `kubeconfig-${id}`)
  writeFileSync(
    kubeconfigFile,
    kubernetes.kubeconfig.replaceAll(server, `https://127.0.0.1:${api.port}`),
  )
  const folder = join(root, `masternode-${id}`)
  return { id, folder, devicePort, kubeconfigFile, ways: { chain, api, door } }
}

function endpointOf(place: Place | undefined): string {
  return `127.0.0.1:${place?.ways.door.port ?? 0}`
}

type Opening = { readonly cleanup: Cleanup; readonly root: string }

function open({ cleanup, root }: Opening, name: string, args: readonly string[]): LabProcess {
  const opened = new LabProcess({
    start: (program, given) => startHere(program, given, { env }),
    args,
    logFile: join(root, `${name}.log`),
  })
  cleanup.add(() => opened.end('SIGKILL'))
  return opened
}

const by = (wallet: string, folder: string): readonly string[] => [
  '--from',
  wallet,
  '--data',
  folder,
]

/** The tenant's account, as `up` has one. */
async function openAccount(first: string): Promise<string> {
  const { address } = await command(['wallet', 'create', 'bob', '--data', first], env)
  await command(['wallet', 'faucet', String(address), '--amount', '100', '--data', first])
  const own = by('bob', first)
  await command(['account', 'deposit', '--amount', '50', ...own], env)
  await command(['account', 'limits', '--total', '50', '--rate', '10', ...own], env)
  return String(address)
}

/** As an operator does it who has nothing of this network but its URL and some NXQ. */
async function joinNetwork(place: Place, first: string, rpc: string): Promise<void> {
  const own = ['--data', place.folder]
  const { address } = await command(['wallet', 'create', 'operator', ...own], env)
  await command(['wallet', 'faucet', String(address), '--amount', '20', '--data', first])
  const where = ['--endpoint', endpointOf(place), '--rpc', rpc]
  const { masternode } = await command(['masternode', 'join', ...where, ...own], env)
  await command(['masternode', 'admit', String(masternode), ...by('owner', first)])
}

function optionsOf(options: Readonly<Record<string, string | number>>): readonly string[] {
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  return ['masternode', ...given, '--json']
}

function createMember(cleanup: Cleanup, root: string, place: Place): QuorumMember {
  const { id, folder, devicePort, kubeconfigFile, ways } = place
  const parts = {
    args: optionsOf({
      data: folder,
      rpc: `http://127.0.0.1:${ways.chain.port}`,
      kubeconfig: kubeconfigFile,
      'kubelet-port': 0,
      'kubelet-client-name': 'apiserver',
      'gateway-port': 0,
      'ec2-port': 0,
      'device-port': devicePort,
      pool: `127.71.${id * 16}.0/20`,
    }),
    logFile: join(root, `masternode-${id}.log`),
  }
  const lie = join(import.meta.dirname, 'lying-witness.ts')
  const honest = new LabProcess({ ...parts, start: startHere })
  const lying = new LabProcess({
    ...parts,
    start: (program, args, options) => startHere(program, ['--import', lie, ...args], options),
  })
  const kill = async (): Promise<void> => {
    await Promise.all([honest.end('SIGKILL'), lying.end('SIGKILL')])
  }
  const begin = async (started: LabProcess): Promise<void> => {
    started.start()
    await started.untilReady(async (pid) => (await processOf(folder, 'masternode')) === pid)
  }
  cleanup.add(kill)
  return {
    id,
    kill,
    start: () => begin(honest),
    startLying: () => begin(lying),
    cut: (isCut) => Object.values(ways).forEach((way) => (isCut ? way.cut() : way.mend())),
  }
}

type Fleet = { readonly root: string; readonly first: string; readonly devices: number }

async function startFleet(cleanup: Cleanup, { root, first, devices }: Fleet): Promise<void> {
  const { address } = await command(['wallet', 'create', 'fleet', '--data', first], env)
  await command(['wallet', 'faucet', String(address), '--amount', '200', '--data', first])
  const args = ['device', 'fleet', '--engine', 'memory', '--name', 'fleet', ...by('fleet', first)]
  open({ cleanup, root }, 'fleet', [...args, '--count', String(devices), '--json']).start()
}

/** Each device of a fleet needs a key, a measurement, and somebody who drives it, before an instance runs there. */
async function launchInstances(
  client: KubeClient,
  { tenant, count }: { readonly tenant: string; readonly count: number },
): Promise<void> {
  const namespace = 'default'
  const body = { metadata: { annotations: { [annotations.account]: tenant } } }
  await vi.waitFor(
    () => client.patch(kinds.namespaces, { name: namespace }, { type: 'merge', body }),
    patiently,
  )
  for (let number = 1; number <= count; number += 1) {
    const containers = [{ name: 'main', image: 'nginx', resources: usualResources }]
    const template = { spec: { schedulerName: 'nexqloud', containers } }
    const instance = { metadata: { name: `app-${number}`, namespace }, spec: { template } }
    await vi.waitFor(() => client.create(instances, { namespace }, instance), patiently)
  }
}
