import { createDeviceIndex, readServingMasternodes, type DeviceIndex } from '@nexqloud/ledger'
import { createWindowBudget } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import { dataFolderOf } from '../data-folder.ts'
import { AgentRunningError } from '../device/errors.ts'
import { lockFolder } from '../folder-lock.ts'
import { createLog } from '../log.ts'
import type { LogOptions, SendOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { openSender, type Sender } from '../transaction/sender.ts'
import { removeIfPresent } from '../whole-file.ts'
import { acceptOffers } from './accept-offers.ts'
import { answerVisitors } from './answer-visitors.ts'
import {
  fleetFolderOf,
  makeFleetIdentities,
  readFleetStatus,
  statusFileOf,
  writeFleetStatus,
} from './fleet-folder.ts'
import { FleetStanding, keepTelling } from './fleet-standing.ts'
import { createFleetTargets } from './fleet-targets.ts'
import { runImitatedDevice, type ImitatedDeviceParts } from './imitated-device.ts'
import { registerFleet, type FleetMember } from './register-fleet.ts'

/** How a fleet is run. */
export type FleetOptions = SendOptions &
  LogOptions & { readonly name: string; readonly count: number }

/** Between two looks at what the chain says of it. */
const LOOK_MS = 1000
/** What the chain said so long ago still counts. */
const FRESH_MS = 500

type Fleet = {
  readonly session: Session
  readonly folder: string
  readonly sender: Sender
  readonly index: DeviceIndex
  readonly standing: FleetStanding
  readonly log: Logger
}

/**
 * Registers the devices of a fleet that the chain does not know yet, runs their agents, each on an engine in memory, and accepts the scores that
 * they are measured with, until somebody wants it to end.
 *
 * @throws as {@link registerFleet} does; {@link AgentRunningError} where it runs already.
 */
export async function runFleet(options: FleetOptions, shell: Shell): Promise<void> {
  const { count, name } = options
  const session = await openSession(options, shell)
  const folder = fleetFolderOf(dataFolderOf(options.data, shell), name)
  using lock = await lockFolder(folder)
  if (lock === undefined) throw new AgentRunningError(folder, (await readFleetStatus(folder))?.pid)
  const log = createLog(options).child({ module: 'fleet' })
  const fleet: Fleet = {
    session,
    folder,
    sender: await openSender(session, options),
    index: createDeviceIndex(session.ledger, { clock: shell.clock, freshMs: FRESH_MS }),
    standing: new FleetStanding(count, log),
    log,
  }
  const over = new AbortController()
  const { standing } = fleet
  const telling = keepTelling(
    {
      now: () => standing.now(),
      write: (status) => writeFleetStatus(folder, status),
      clock: shell.clock,
      log,
    },
    over.signal,
  )
  try {
    const members = await join(fleet, count)
    await run(fleet, members)
  } finally {
    over.abort()
    await telling
    await removeIfPresent(statusFileOf(folder))
  }
}

async function join(fleet: Fleet, count: number): Promise<readonly FleetMember[]> {
  const { session, folder, sender, index, standing, log } = fleet
  const identities = await makeFleetIdentities(folder, count)
  const [first] = await readChain(readServingMasternodes(session.ledger))
  const members = await registerFleet(session, {
    sender,
    identities,
    index,
    region: first?.region ?? 'local',
    onStep: (step) => session.shell.printer.status(step),
  })
  standing.registered = members.length
  log.info({ devices: members.length }, 'registered')
  return members
}

async function run(fleet: Fleet, members: readonly FleetMember[]): Promise<void> {
  const { session, standing, log } = fleet
  const { clock, signal } = session.shell
  const visitors = await answerVisitors()
  const parts: ImitatedDeviceParts = {
    clock,
    targets: createFleetTargets(session.ledger, clock),
    budget: createWindowBudget(),
    dialTarget: visitors.dialTarget,
    onUplink: (event) => standing.onUplink(event),
    onFault: (error) => log.warn({ err: error }, 'fault'),
  }
  // Where one fails, none is left running that nobody knows of: the folder is another process's then.
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const tasks = [
    keepAccepting(fleet, members, stop),
    ...members.map((member) => runImitatedDevice(member, parts, stop)),
  ]
  try {
    await Promise.all(tasks)
  } finally {
    failed.abort()
    await Promise.allSettled(tasks)
    await visitors.close()
  }
}

async function keepAccepting(
  { session, sender, index, standing, log }: Fleet,
  members: readonly FleetMember[],
  signal: AbortSignal,
): Promise<void> {
  const { clock } = session.shell
  while (!signal.aborted) {
    try {
      standing.active = await acceptOffers(session, { sender, index, members })
    } catch (error) {
      // The chain is away, or an offer has changed meanwhile: what stands there is looked at again.
      if (!signal.aborted) log.warn({ err: error }, 'notAccepted')
    }
    await clock.delay(LOOK_MS, signal)
  }
}
