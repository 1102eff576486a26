import {
  createDrainSwitch,
  createFileBookStore,
  createMeasureServer,
  createOwnerStanding,
  DevicePausedError,
  holdEngine,
  measurePiece,
  openCourier,
  readMachineFacts,
  readMachineLoad,
  runAgent,
  type AgentParts,
  type Courier,
  type DrainSwitch,
  type OwnerMinder,
  type OwnerStanding,
} from '@nexqloud/device'
import { createImageCache, createProber } from '@nexqloud/engine'
import type { Clock, DeviceId } from '@nexqloud/kernel'
import type { HostPort, Ledger } from '@nexqloud/ledger'
import { createTargetDialer, type TlsIdentity } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import manifest from '../../package.json' with { type: 'json' }
import { lockFolder } from '../folder-lock.ts'
import { ownMark } from '../process.ts'
import { AgentJournal } from './agent-journal.ts'
import { readAgentStatus, removeAgentStatus, writeAgentStatus } from './agent-status.ts'
import { readIdentity, tlsKeyFileOf } from './device-folder.ts'
import { AgentRunningError, DeviceFileError, NotJoinedError, OtherChainError } from './errors.ts'
import { keepGuard } from './keep-guard.ts'
import { assertOwnNetwork, readMembership, type Membership } from './membership.ts'
import { createOwnerMinder } from './mind-owner.ts'
import { openDisks } from './open-disks.ts'
import { openDeviceEngine, type DeviceEngine, type OpenDeviceEngine } from './open-engine.ts'
import { createUplink, DIAL_MS } from './uplink.ts'
import { openVolumeCount, type VolumeCount } from './volume-count.ts'
import { readWish, writeWish } from './wish.ts'

/** What an agent needs from outside. */
export type DeviceAgentParts = {
  /** The device's own folder, which has joined. */
  readonly folder: string
  readonly ledger: Pick<Ledger<undefined>, 'client' | 'masternodes' | 'settlement'>
  /** The engine's socket; the usual ones where it is left out. */
  readonly engineSocket?: string | undefined
  /** Where masternodes are dialled instead of where the chain says: this machine may see them elsewhere. Their keys stay the chain's. */
  readonly dialAt?: HostPort | undefined
  /** Whether images may come from registries near the device: only where all devices and tenants are one person. */
  readonly allowsNearbyRegistries?: boolean
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Opens the engine; Docker or Podman where it is left out. */
  readonly openEngine?: OpenDeviceEngine | undefined
}

/** An agent that runs. */
export type DeviceAgent = {
  readonly device: DeviceId
  readonly engine: { readonly name: string; readonly version: string }
  /** Resolves when it has ended: since the signal aborted, or since its owner wants the device to leave. */
  readonly ended: Promise<'stopped' | 'left'>
}

/** Between two looks at what the owner wants. */
const WISH_MS = 1000
const IMAGE_BYTES = 20 * 2 ** 30

/**
 * Starts the agent of a device, and returns once the engine is open and the firewall stands. It then runs until the signal
 * aborts, or the owner wants the device to leave; containers run on. The chain may be away: it goes on with what it knows.
 *
 * @throws {@link NotJoinedError}, {@link AgentRunningError}, {@link OtherChainError}, {@link DeviceFileError},
 * {@link EngineMissingError}, {@link EngineUnsafeError}, {@link FirewallFailedError}
 */
export async function startDeviceAgent(
  parts: DeviceAgentParts,
  signal: AbortSignal,
): Promise<DeviceAgent> {
  const { folder, clock } = parts
  const { joined, identity } = await readDevice(folder)
  const lock = await lockFolder(folder)
  if (lock === undefined) {
    throw new AgentRunningError(folder, (await readAgentStatus(folder))?.pid)
  }
  await using held = new AsyncDisposableStack()
  held.use(lock)
  await checkNetwork(parts, joined)
  const owner = ownerOf(identity)
  const { openEngine = openDeviceEngine, engineSocket: socketPath } = parts
  const courier = await openCourier()
  held.defer(courier.close)
  const opened = await openEngine({ socketPath, owner, folder, clock, doors: courier.doors })
  const { name, version } = await opened.engine.information()
  const engine = { name, version }
  const journal = new AgentJournal({ ...ownMark(), device: joined.device, engine }, clock)
  const running = { parts, joined, identity, opened, journal, owner, courier }
  return { device: joined.device, engine, ended: runHeld(running, held.move(), signal) }
}

async function runHeld(
  running: Running,
  held: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<'stopped' | 'left'> {
  await using _ = held
  return await run(running, signal)
}

/** Whose containers, networks and firewall they are: the device's, whatever number the chain gives it. */
export function ownerOf({ keyHash }: Pick<TlsIdentity, 'keyHash'>): string {
  return `device-${keyHash.slice(2, 14)}`
}

async function readDevice(folder: string) {
  const joined = await readMembership(folder)
  const identity = await readIdentity(folder)
  if (joined === undefined || identity === undefined) throw new NotJoinedError(folder)
  if (identity.keyHash !== joined.tlsKeyHash) {
    const file = tlsKeyFileOf(folder)
    throw new DeviceFileError(file, `it is not the key that device ${joined.device} joined with.`)
  }
  return { joined, identity }
}

async function checkNetwork(
  { ledger, folder, log }: DeviceAgentParts,
  joined: Membership,
): Promise<void> {
  try {
    await assertOwnNetwork(ledger, { folder, joined })
  } catch (error) {
    if (error instanceof OtherChainError) throw error
    log.warn({ err: error }, 'chainAway')
  }
}

type Running = {
  readonly parts: DeviceAgentParts
  readonly joined: Membership
  readonly identity: TlsIdentity
  readonly opened: DeviceEngine
  readonly journal: AgentJournal
  readonly owner: string
  readonly courier: Courier
}

async function run(running: Running, signal: AbortSignal): Promise<'stopped' | 'left'> {
  const { folder } = running.parts
  const left = new AbortController()
  const stop = AbortSignal.any([signal, left.signal])
  const drain = createDrainSwitch(await isDrained(folder))
  running.journal.onDrain(drain.isDraining())
  const { clock } = running.parts
  const { readBridges } = running.opened.machine
  const volume = await openVolumeCount({ folder, clock, readBridges })
  const standing = createOwnerStanding()
  const minder = createMinder(running, { standing, volume })
  // A device that imitates what it runs has no containers that disks could be in.
  const disks = running.opened.hasDisks
    ? await openDisks(folder, {
        standing,
        onObstacle: (why) => running.parts.log.warn({ why }, 'noDisks'),
      })
    : undefined
  const agentParts = createAgentParts(running, { drain, standing, volume, minder, disks })
  // The agent looks at what is there only once it knows what is wanted.
  if ((await agentParts.store.load()) === undefined)
    agentParts.observer.onInventory({ term: 0, serial: 0, uids: [] })
  // Nothing is begun before it is known what its owner allows.
  await minder.look()
  const failed = new AbortController()
  const over = AbortSignal.any([stop, failed.signal])
  const minding = Promise.all([
    minder.run(over),
    mindOwner(running, { drain, leave: () => left.abort() }, over),
    keepGuard({ ...running.parts, guard: running.opened.guard }, over),
  ])
  try {
    await runAgent(agentParts, stop)
    return left.signal.aborted ? 'left' : 'stopped'
  } finally {
    failed.abort()
    await minding
    await volume.save()
    await removeAgentStatus(folder)
  }
}

/** Whoever starts an agent does not want it to leave: that was said to an earlier one, which has ended. */
async function isDrained(folder: string): Promise<boolean> {
  const wish = await readWish(folder)
  if (wish === 'leave') await writeWish(folder, 'drain')
  return wish !== 'work'
}

type Minding = { readonly drain: DrainSwitch; readonly leave: () => void }

/** Does what the owner wants, and says how it is. */
async function mindOwner(
  { parts, journal }: Running,
  { drain, leave }: Minding,
  signal: AbortSignal,
): Promise<void> {
  const { folder, clock, log } = parts
  while (!signal.aborted) {
    try {
      const wish = await readWish(folder)
      if (wish === 'leave') leave()
      drain.set(wish !== 'work')
      journal.onDrain(drain.isDraining())
      const status = journal.take()
      if (status !== undefined) await writeAgentStatus(folder, status)
    } catch (error) {
      // A full disk, say; it is tried again.
      log.error({ err: error }, 'folderFailed')
    }
    await clock.delay(WISH_MS, signal)
  }
}

type Owned = {
  readonly drain: DrainSwitch
  readonly standing: OwnerStanding
  readonly volume: VolumeCount
  readonly minder: OwnerMinder
  readonly disks: AgentParts['disks']
}

function createMinder(
  { parts, opened, journal }: Running,
  { standing, volume }: Pick<Owned, 'standing' | 'volume'>,
): OwnerMinder {
  const { folder, clock, log } = parts
  return createOwnerMinder({
    folder,
    clock,
    machine: opened.machine,
    standing,
    volume,
    onLook: (conditions) => journal.onOwner(standing.now(), conditions),
    onFault: (error) => {
      log.warn({ err: error }, 'ownerFault')
      journal.onFault(error)
    },
  })
}

function createAgentParts(
  running: Running,
  { drain, standing, volume, minder, disks }: Owned,
): AgentParts {
  const { parts, joined, opened, journal, owner } = running
  const { folder, clock, log } = parts
  const { diskFolder } = opened
  const engine = holdEngine(opened.engine, minder)
  return {
    owner,
    engine,
    wall: opened.wall,
    images: volume.countPulls(
      createImageCache({ engine, limitBytes: IMAGE_BYTES, nowMs: clock.steadyMs }),
    ),
    store: createFileBookStore(folder),
    policy: { allowsNearbyRegistries: parts.allowsNearbyRegistries ?? false },
    clock,
    createProber,
    software: manifest.version,
    machineFacts: () => readMachineFacts(engine, diskFolder),
    drain,
    standing,
    disks,
    observer: journal.observer(),
    measure: createMeasureServer(
      joined.device,
      async (request) => {
        if (standing.now().allowance.state === 'pauses') throw new DevicePausedError()
        log.info(request, 'measuring')
        minder.yieldToMeasurement()
        return measurePiece(request, folder)
      },
      clock,
    ),
    readLoad: readMachineLoad,
    onFault: (error) => {
      log.warn({ err: error }, 'fault')
      journal.onFault(error)
    },
    courier: running.courier,
    dialTarget: createTargetDialer({ timeoutMs: DIAL_MS }),
    uplink: createUplink(running),
  }
}
