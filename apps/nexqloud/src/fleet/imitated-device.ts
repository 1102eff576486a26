import {
  createDrainSwitch,
  createMeasureServer,
  createMemoryBookStore,
  createOwnerStanding,
  imitatePiece,
  runAgent,
  type AgentParts,
} from '@nexqloud/device'
import {
  createMemoryFirewall,
  createMemoryMachine,
  createTenantWall,
  imitateImage,
} from '@nexqloud/engine'
import { nameOfDevice, type Clock } from '@nexqloud/kernel'
import {
  backOffByDefault,
  dialLink,
  keepAliveByDefault,
  muxLimitsByDefault,
  type DialTarget,
  type UplinkEvent,
  type WindowBudget,
} from '@nexqloud/tunnel'

import manifest from '../../package.json' with { type: 'json' }
import { DIAL_MS } from '../device/uplink.ts'
import type { FleetTargets } from './fleet-targets.ts'
import type { FleetMember } from './register-fleet.ts'

/** What all devices of a fleet stand on. */
export type ImitatedDeviceParts = {
  readonly clock: Clock
  readonly targets: FleetTargets
  readonly budget: WindowBudget
  /** Where streams to ports of containers lead. */
  readonly dialTarget: DialTarget
  readonly onUplink: (event: UplinkEvent) => void
  readonly onFault: (error: unknown) => void
}

/** What each of them is said to be. */
const information = { architecture: 'amd64', cpus: 4, memoryBytes: 8 * 2 ** 30 } as const
const diskBytes = 100 * 2 ** 30
const facts: Awaited<ReturnType<AgentParts['machineFacts']>> = {
  ...information,
  diskBytes,
  freeDiskBytes: diskBytes,
  engine: { name: 'memory', version: '1' },
}

/** Nobody asks one of these devices how it is. */
const deaf: AgentParts['observer'] = {
  onReport: () => {},
  onInventory: () => {},
  onStanding: () => {},
  onMeasured: () => {},
}

/** Runs the agent of a device whose engine imitates containers, until the signal aborts. What runs there ends with it, and so does what it remembers. */
export async function runImitatedDevice(
  { identity, record: { id, region } }: FleetMember,
  parts: ImitatedDeviceParts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, targets, dialTarget, onFault, onUplink } = parts
  const machine = createMemoryMachine({
    clock,
    information,
    registry: (reference) => imitateImage(reference, information.architecture),
  })
  const owner = nameOfDevice(id)
  const engine = machine.engine(owner)
  const agent: AgentParts = {
    owner,
    engine,
    images: { pull: engine.pullImage },
    wall: createTenantWall({
      firewall: createMemoryFirewall(),
      table: { owner, bridgeDns: [] },
      findResolvers: async () => [],
    }),
    store: createMemoryBookStore(),
    policy: { allowsNearbyRegistries: true },
    clock,
    createProber: () => undefined,
    software: manifest.version,
    machineFacts: async () => facts,
    onFault,
    readLoad: () => ({ cpuNanoseconds: 0n, memoryBytes: 0 }),
    drain: createDrainSwitch(),
    standing: createOwnerStanding(),
    observer: deaf,
    measure: createMeasureServer(
      id,
      async (request) => imitatePiece(request, { memoryBytes: facts.memoryBytes, diskBytes }),
      clock,
    ),
    dialTarget,
    uplink: {
      targets: () => targets({ id, region }),
      random: Math.random,
      backOff: backOffByDefault,
      graceMs: 0,
      onEvent: onUplink,
      dial: createDial(identity, parts),
    },
  }
  await runAgent(agent, signal)
}

function createDial(
  identity: FleetMember['identity'],
  { budget, clock }: ImitatedDeviceParts,
): AgentParts['uplink']['dial'] {
  const link = {
    identity,
    budget,
    clock,
    timeoutMs: DIAL_MS,
    limits: muxLimitsByDefault,
    keepAlive: keepAliveByDefault,
  }
  return (endpoint, use, signal) => dialLink(endpoint, { ...link, use }, signal)
}
