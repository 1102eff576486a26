import { createLedger, nexqloud, nexqloudLocal, parseEndpoint } from '@nexqloud/ledger'

import { chainUrlOf, dataFolderOf } from '../data-folder.ts'
import { createLog } from '../log.ts'
import type { ReadOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { deviceFolderOf, type DeviceNameOptions } from './device-folder.ts'
import { NotJoinedError } from './errors.ts'
import { readMembership } from './membership.ts'
import type { OpenDeviceEngine } from './open-engine.ts'
import { startDeviceAgent, type DeviceAgent, type DeviceAgentParts } from './start-agent.ts'

/** How an agent is run. */
export type AgentOptions = DeviceNameOptions & {
  readonly engineSocket?: string
  /** Where a masternode is dialled, `host:port`, whatever the chain says. */
  readonly masternode?: string
  /** Whether images may come from registries near the device. */
  readonly nearbyRegistries?: boolean
  /** What tests put in the place of Docker and Podman. */
  readonly openEngine?: OpenDeviceEngine
  readonly logLevel: string
}

/** Runs the agent of the data folder's device until Ctrl-C, or until its owner has it leave. */
export async function runDevice(options: ReadOptions & AgentOptions, shell: Shell): Promise<void> {
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const ledger = await openOwnLedger(folder, options, shell)
  const agent = await startDeviceAgent(
    agentPartsOf({ folder, ledger }, options, shell),
    shell.signal,
  )
  announce(agent, { folder, options, shell })
  await untilEnded(agent, { options, shell })
}

/** Returns what the agent stands on. */
export function agentPartsOf(
  where: Pick<DeviceAgentParts, 'folder' | 'ledger'>,
  { engineSocket, openEngine, masternode, nearbyRegistries = false, logLevel }: AgentOptions,
  { clock }: Pick<Shell, 'clock'>,
): DeviceAgentParts {
  const log = createLog({ logLevel })
  const allowsNearbyRegistries = nearbyRegistries
  return {
    ...where,
    clock,
    engineSocket,
    openEngine,
    allowsNearbyRegistries,
    dialAt: masternode === undefined ? undefined : parseEndpoint(masternode),
    log: log.child({ module: 'device' }),
  }
}

/** Waits until an agent has ended, and says so where that was its owner's wish. */
export async function untilEnded(
  { ended, device }: DeviceAgent,
  { options, shell }: { readonly options: { readonly json?: boolean }; readonly shell: Shell },
): Promise<void> {
  const end = await ended
  if (end === 'left' && !options.json) shell.printer.line(`Device ${device} leaves the network.`)
}

/** The chain need not answer for an agent to run: which network it is of, the folder says. */
async function openOwnLedger(folder: string, options: ReadOptions, shell: Shell) {
  const joined = await readMembership(folder)
  if (joined === undefined) throw new NotJoinedError(folder)
  const rpc = options.rpc ?? joined.rpc
  const url = await chainUrlOf({ ...options, ...(rpc !== undefined && { rpc }) }, shell)
  const chain = joined.chainId === nexqloud.id ? nexqloud : nexqloudLocal
  return createLedger({ chain, transport: await shell.connect(url) })
}

type Announcement = {
  readonly folder: string
  readonly options: { readonly json?: boolean }
  readonly shell: Shell
}

function announce({ device, engine }: DeviceAgent, { folder, options, shell }: Announcement): void {
  const { printer } = shell
  if (options.json) return printer.line(JSON.stringify({ device, engine, folder }))
  printer.line(`device      ${device}`)
  printer.line(`engine      ${engine.name} ${engine.version}`)
  printer.line(`folder      ${folder}`)
  printer.line('Ctrl-C stops the agent; containers run on. nexqloud device status tells how it is.')
}
