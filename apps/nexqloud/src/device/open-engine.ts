import { existsSync } from 'node:fs'

import {
  createBridgeReader,
  createFileQuotaNotes,
  createLinuxSigns,
  openTenantGroup,
  type BridgeCounters,
  type OwnerSigns,
  type TenantGroup,
} from '@nexqloud/device'
import {
  createFirewallGuard,
  createNftFirewall,
  createTenantWall,
  EngineUnreachableError,
  guardEngine,
  openEngine,
  readResolvers,
  type ContainerEngine,
  type Firewall,
  type NetworkTable,
  type TenantWall,
} from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'

import { isCode, readIfPresent } from '../whole-file.ts'
import { EngineMissingError } from './errors.ts'

/** Which engine, and on whose behalf. */
export type EngineWish = {
  /** The socket that was named; the usual ones where none was. */
  readonly socketPath: string | undefined
  readonly owner: string
  /** A folder of ours. */
  readonly folder: string
  readonly clock: Clock
  /** Through which tenants reach the agent. */
  readonly doors?: NetworkTable['doors']
}

/** An engine that starts nothing unless the firewall stands. */
export type DeviceEngine = {
  readonly engine: ContainerEngine
  readonly firewall: Firewall
  /** What tenants are held to. */
  readonly wall: Pick<TenantWall, 'limitEgress' | 'closeLine'>
  /** Sees to it that the firewall stands: somebody may have flushed the machine's rules. */
  readonly guard: () => Promise<void>
  /** The disk of this folder is the one that containers are on. */
  readonly diskFolder: string
  /** Whether its containers can have disks: nothing is mounted for those that are none. */
  readonly hasDisks?: boolean
  /** What stands between tenants and the machine's owner. */
  readonly machine: {
    readonly signs: OwnerSigns
    /** Nothing where the machine has no control groups. */
    readonly group: TenantGroup | undefined
    /** What went through the device's networks. */
    readonly readBridges: () => Promise<BridgeCounters>
  }
}

/** Opens a device's engine. */
export type OpenDeviceEngine = (wish: EngineWish) => Promise<DeviceEngine>

const usualSockets = ['/var/run/docker.sock', '/run/podman/podman.sock'] as const
/** Where Podman answers names on tenants' own networks. */
const podmanDns = '10.89.0.0/16'

/**
 * Opens the first engine that answers, and sets the firewall. `DOCKER_HOST` is not read: it may name an engine elsewhere.
 *
 * @throws {@link EngineMissingError}, {@link EngineUnsafeError}, {@link FirewallFailedError}
 */
export async function openDeviceEngine(
  wish: EngineWish,
  firewall: Firewall = createNftFirewall(),
): Promise<DeviceEngine> {
  const engine = await openFirst(wish)
  const { name, tenantGroup } = await engine.information()
  const table = {
    owner: wish.owner,
    bridgeDns: name === 'podman' ? [podmanDns] : [],
    ...(wish.doors !== undefined && { doors: wish.doors }),
  }
  const wall = createTenantWall({ firewall, table, findResolvers })
  await wall.renew()
  const disk = name === 'podman' ? '/var/lib/containers' : '/var/lib/docker'
  const diskFolder = existsSync(disk) ? disk : wish.folder
  return {
    engine: guardEngine(engine, wall),
    firewall,
    wall,
    guard: createFirewallGuard({ firewall, wall, clock: wish.clock }),
    diskFolder,
    hasDisks: true,
    machine: {
      signs: createLinuxSigns({ clock: wish.clock, diskFolder }),
      group:
        tenantGroup === undefined
          ? undefined
          : openTenantGroup({ path: tenantGroup, notes: createFileQuotaNotes(wish.folder) }),
      readBridges: createBridgeReader(engine),
    },
  }
}

async function openFirst({
  socketPath,
  owner,
  folder,
  clock,
}: EngineWish): Promise<ContainerEngine> {
  const sockets = socketPath === undefined ? usualSockets : [socketPath]
  const forbidden: string[] = []
  for (const socket of sockets) {
    try {
      return await openEngine({ socketPath: socket, owner, dataFolder: folder, clock })
    } catch (error) {
      if (!(error instanceof EngineUnreachableError)) throw error
      if (isCode(error.cause, 'EACCES')) forbidden.push(socket)
    }
  }
  const isForbidden = forbidden.length > 0
  throw new EngineMissingError({ sockets: isForbidden ? forbidden : sockets, isForbidden })
}

/** Of a machine whose own resolver is on its loopback, those that this one asks. */
async function findResolvers(): Promise<readonly string[]> {
  for (const file of ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']) {
    const found = readResolvers((await readIfPresent(file)) ?? '')
    if (found.length > 0) return found
  }
  return []
}
