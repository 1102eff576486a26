import {
  LinkRefusedByPeerError,
  runUplinks,
  type DialTarget,
  type Link,
  type LinkEndpoint,
  type LinkUser,
  type MuxStream,
  type StreamHandler,
  type StreamTarget as MuxTarget,
  type UplinkEvent,
  type UplinksParts,
} from '@nexqloud/tunnel'

import type { Courier } from '../courier/courier.ts'
import { serveVisits } from '../courier/serve-visits.ts'
import { DiskKeeper } from '../disk/disk-keeper.ts'
import type { OwnerStanding } from '../owner/owner-standing.ts'
import { parseStreamTarget } from '../protocol/stream-target.ts'
import { acceptPodStream, refuse } from '../stream/accept-stream.ts'
import { serveLine } from '../stream/serve-line.ts'
import { UsageMeter, type MeterParts } from '../usage/usage-meter.ts'
import { ControlPeers, type ControlParts, type Keeper } from './control-peers.ts'
import type { DrainSwitch } from './drain-switch.ts'
import type { PodKeeperParts } from './pod-keeper-parts.ts'
import { PodKeeper } from './pod-keeper.ts'
import type { PodListener } from './pod-listener.ts'

/** What an agent stands on. */
export type AgentParts = Omit<PodKeeperParts, 'listener' | 'openFolder'> &
  ControlParts &
  Pick<MeterParts, 'readLoad'> & {
    readonly drain: DrainSwitch
    readonly standing: OwnerStanding
    /** Who else is told of the pods, on the device itself. */
    readonly observer: Pick<PodListener, 'onReport' | 'onInventory'>
    readonly uplink: Omit<UplinksParts, 'dial' | 'clock'> & {
      /** Dials a masternode; the link is used as it is told. */
      readonly dial: (
        endpoint: LinkEndpoint,
        use: (link: Link) => LinkUser,
        signal: AbortSignal,
      ) => Promise<Link>
    }
    readonly dialTarget: DialTarget
    /** Where pods ask what masternodes know; nowhere where it is left out. */
    readonly courier?: Pick<Courier, 'serve'>
  }

/** How often everything is told again: seconds of running, free disk. */
const REPEAT_MS = 60_000
/** As metrics-server asks kubelets. */
const USAGE_MS = 15_000

/**
 * Runs the agent of a device until the signal aborts: obeys what it remembers, keeps links to its masternodes, does what the
 * one that drives it assigns. Containers run on when it ends.
 *
 * @throws {@link BookUnreadableError}
 */
export async function runAgent(parts: AgentParts, signal: AbortSignal): Promise<void> {
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const peers = new ControlPeers(parts)
  const disks = createDiskKeeper(parts, peers)
  const keeper = new PodKeeper({
    ...parts,
    listener: listenerOf(parts, peers, disks),
    openFolder: disks && ((uid) => disks.openFolder(uid)),
  })
  const all = joinKeepers(keeper, disks)
  const use = createLinkUse({ keeper, all }, peers, parts)
  const { dial, ...uplink } = parts.uplink
  const running = () => keeper.running()
  if (parts.courier !== undefined) serveVisits(parts.courier, { ...parts, peers, running }, stop)
  parts.drain.onChange(() => void peers.tellMachine(), stop)
  keeper.giveUp(parts.standing.now().allowance.isStopping)
  parts.standing.onChange(({ allowance }) => {
    keeper.giveUp(allowance.isStopping)
    void peers.tellMachine()
  }, stop)
  const tasks = [
    keeper.run(stop),
    disks?.run(stop) ?? Promise.resolve(),
    repeatReports(all, peers, { clock: parts.clock, signal: stop }),
    repeatUsage({ keeper, peers, parts }, stop),
    runUplinks(
      {
        ...uplink,
        clock: parts.clock,
        dial: (endpoint, aborted) => dial(endpoint, use, aborted),
        onEvent: (event) => {
          // No masternode alone may have a device end what another one drives.
          if (isRefusedForTwin(event) && !peers.isDriven) keeper.giveWay()
          uplink.onEvent(event)
        },
      },
      stop,
    ),
  ]
  try {
    await Promise.all(tasks)
  } finally {
    failed.abort()
    await Promise.allSettled(tasks)
  }
}

/** A copy of this machine's disk is connected in its place, or this one is the copy. */
function isRefusedForTwin(event: UplinkEvent): boolean {
  if (event.name !== 'dialFailed') return false
  const { error } = event
  return error instanceof LinkRefusedByPeerError && error.resetCode === 'keyInUse'
}

function createDiskKeeper(
  { disks, clock, onFault }: AgentParts,
  peers: ControlPeers,
): DiskKeeper | undefined {
  if (disks === undefined) return undefined
  return new DiskKeeper({
    ...disks,
    clock,
    onFault,
    onReport: (report) => peers.tellDisks(report),
  })
}

/** Returns who does all that is assigned. What cannot be written down of pods is told anew, and so are disks. */
function joinKeepers(keeper: PodKeeper, disks: DiskKeeper | undefined): Keeper {
  return {
    assign: async (assignment) => {
      const answer = await keeper.assign(assignment)
      if (answer.unsaved === undefined) await disks?.assign(assignment)
      return answer
    },
    reportAll: () => {
      keeper.reportAll()
      disks?.repeat()
    },
    running: () => keeper.running(),
  }
}

function listenerOf(
  { observer, onFault }: AgentParts,
  peers: ControlPeers,
  disks: DiskKeeper | undefined,
): PodListener {
  const told = peers.listener()
  return {
    ...told,
    onFault,
    onReport: (report) => {
      observer.onReport(report)
      told.onReport(report)
    },
    onInventory: (inventory) => {
      disks?.follow(inventory.uids)
      observer.onInventory(inventory)
      told.onInventory(inventory)
    },
  }
}

function createLinkUse(
  { keeper, all }: { readonly keeper: PodKeeper; readonly all: Keeper },
  peers: ControlPeers,
  { engine, dialTarget, clock }: Pick<AgentParts, 'engine' | 'dialTarget' | 'clock'>,
): (link: Link) => LinkUser {
  const findContainer: PodKeeper['findContainer'] = (uid, name) => keeper.findContainer(uid, name)
  return () => {
    let isControlled = false
    const control = (stream: MuxStream): StreamHandler => {
      if (isControlled) return refuse(stream, 'This link has a control stream already.')
      isControlled = true
      const { closed, ...handler } = peers.accept(stream, all)
      void closed.finally(() => {
        isControlled = false
      })
      return handler
    }
    const accept = (stream: MuxStream, { target: bytes }: MuxTarget): StreamHandler => {
      const target = parseStreamTarget(bytes)
      if (target === undefined) return refuse(stream, 'The agent knows no such target of a stream.')
      if (target.kind === 'control') return control(stream)
      if (target.kind === 'line') return serveLine(stream, target)
      return acceptPodStream(stream, target, { engine, findContainer, dialTarget, clock })
    }
    return { accept }
  }
}

async function repeatReports(
  keeper: Keeper,
  peers: ControlPeers,
  { clock, signal }: Pick<AgentParts, 'clock'> & { readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    await clock.delay(REPEAT_MS, signal)
    if (signal.aborted) return
    await peers.repeat(keeper)
  }
}

type Running = {
  readonly keeper: PodKeeper
  readonly peers: ControlPeers
  readonly parts: AgentParts
}

async function repeatUsage({ keeper, peers, parts }: Running, signal: AbortSignal): Promise<void> {
  const meter = new UsageMeter(parts)
  while (!signal.aborted) {
    if (peers.isDriven) await tellUsage(meter, { keeper, peers, parts })
    else meter.reset()
    await parts.clock.delay(USAGE_MS, signal)
  }
}

async function tellUsage(meter: UsageMeter, { keeper, peers, parts }: Running): Promise<void> {
  try {
    const usage = await meter.read(keeper.running())
    if (usage !== undefined) peers.tellUsage(usage)
  } catch (error) {
    parts.onFault(error)
  }
}
