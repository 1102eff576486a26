import { join } from 'node:path'

import { isConditionTrue } from '@nexqloud/control'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { readAgentStatus } from '../device/agent-status.ts'
import { deviceFolderOf } from '../device/device-folder.ts'
import { processOf } from '../endpoints.ts'
import { repositoryRoot } from '../repository.ts'
import { answers, type EngineChoice } from './engine.ts'
import { isPassing } from './first-app.ts'
import type { Part } from './part.ts'
import type { Ports } from './ports.ts'
import { supervise, type Supervised, type SupervisorParts } from './supervise.ts'

/** Where a network lives, and who watches over it. */
export type Scene = SupervisorParts & {
  readonly folder: string
  readonly logFolder: string
  readonly ports: Ports
  readonly signal: AbortSignal
}

/** A first start makes the network: keys, genesis, a release of the contracts. */
const CHAIN_MS = 120_000
const MASTERNODE_MS = 60_000
const ENGINE_MS = 60_000
/** A key is bought, the device registered, drawn for, measured, accepted, and seen by the masternode. */
const DEVICE_MS = 120_000

/** Starts the chain's node. */
export function startChain(scene: Scene): Promise<Supervised> {
  const { folder, ports } = scene
  const part = own(scene, 'chain', ['chain', '--port-base', String(ports.chain)])
  return supervise(scene, part, {
    signal: scene.signal,
    withinMs: CHAIN_MS,
    isReady: async (pid) => (await processOf(folder, 'chain')) === pid,
  })
}

/** Starts the masternode. */
export function startMasternode(scene: Scene): Promise<Supervised> {
  const { folder, ports } = scene
  const doors = [
    '--kubernetes-port',
    String(ports.kubernetes),
    '--gateway-port',
    String(ports.gateway),
    '--ec2-port',
    String(ports.ec2),
    '--pool',
    ports.pool,
    '--ec2-pool',
    ports.ec2Pool,
    '--nearby-registries',
  ]
  return supervise(scene, own(scene, 'masternode', ['masternode', ...doors]), {
    signal: scene.signal,
    withinMs: MASTERNODE_MS,
    isReady: async (pid) => (await processOf(folder, 'masternode')) === pid,
  })
}

/** Starts the engine that is ours. */
export function startEngine(
  scene: Scene,
  { part, socketPath }: Required<EngineChoice>,
): Promise<Supervised> {
  return supervise(scene, part, {
    signal: scene.signal,
    withinMs: ENGINE_MS,
    isReady: () => answers(socketPath),
  })
}

/** A device on this machine. */
export type OwnDevice = {
  /** Of several; nothing for the first one. */
  readonly name?: string
  readonly socketPath: string
  /** What its agent is started by, e.g. into a network namespace. */
  readonly enter?: readonly string[]
  /** Where it finds chain and masternode, where that is not loopback. */
  readonly side?: { readonly rpc: string; readonly masternode: string }
}

/** Starts the agent of a device, which joins first where it has not. */
export function startDevice(
  scene: Scene,
  client: KubeClient,
  { name, socketPath, enter = [], side }: OwnDevice,
): Promise<Supervised> {
  const wishes = ['--from', 'owner', '--yes', '--accept', '--nearby-registries']
  const named = name === undefined ? [] : ['--name', name]
  const beside = side === undefined ? [] : ['--rpc', side.rpc, '--masternode', side.masternode]
  const args = ['device', 'join', ...wishes, '--engine-socket', socketPath, ...named, ...beside]
  const part = own(scene, name === undefined ? 'device' : `device-${name}`, args)
  const [program = '', ...rest] = [...enter, part.program, ...part.args]
  return supervise(
    scene,
    { ...part, program, args: rest },
    {
      signal: scene.signal,
      withinMs: DEVICE_MS,
      isReady: async (pid) => {
        const status = await readAgentStatus(deviceFolderOf(scene.folder, name))
        return status?.pid === pid && (await isNodeReady(client, `device-${status.device}`))
      },
    },
  )
}

async function isNodeReady(client: KubeClient, name: string): Promise<boolean> {
  try {
    return isConditionTrue(await client.get(kinds.nodes, { name }), 'Ready')
  } catch (failure) {
    if (isPassing(failure)) return false
    throw failure
  }
}

/** Returns a part that is a command of this program. */
export function own({ folder, logFolder }: Scene, name: string, args: readonly string[]): Part {
  const program = join(repositoryRoot, 'apps/nexqloud/src/main.ts')
  return {
    name,
    program: process.execPath,
    args: [...process.execArgv, program, ...args, '--data', folder],
    logFolder,
  }
}
