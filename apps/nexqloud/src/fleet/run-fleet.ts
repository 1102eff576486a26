import { createDeviceIndex, readServingMasternodes, type DeviceIndex } from '@nexqloud/ledger'
import { createWindowBudget, type UplinkEvent } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import { dataFolderOf } from '../data-folder.ts'
import { AgentRunningError } from '../device/errors.ts'
import { faultOf } from '../fault.ts'
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
  readonly standing: Standing
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
    standing: new Standing(count, log),
    log,
  }
  const telling = tell(fleet)
  try {
    const members = await join(fleet, count)
    await run(fleet, members)
  } finally {
    fleet.standing.end()
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
  try {
    await Promise.all([
      keepAccepting(fleet, members),
      ...members.map((member) => runImitatedDevice(member, parts, signal)),
    ])
  } finally {
    await visitors.close()
  }
}

async function keepAccepting(
  { session, sender, index, standing, log }: Fleet,
  members: readonly FleetMember[],
): Promise<void> {
  const { clock, signal } = session.shell
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

/** Writes down how the fleet is whenever that has changed. */
async function tell({ session, folder, standing }: Fleet): Promise<void> {
  const { clock } = session.shell
  let told = ''
  while (!standing.over.aborted) {
    const status = standing.now()
    const text = JSON.stringify(status)
    if (text !== told) await writeFleetStatus(folder, status)
    told = text
    await clock.delay(LOOK_MS, standing.over)
  }
}

/** How many of a fleet's devices have come how far. */
class Standing {
  registered = 0
  active = 0
  readonly #devices: number
  readonly #log: Pick<Logger, 'warn'>
  readonly #links = new Set<unknown>()
  readonly #over = new AbortController()
  #trouble = ''

  constructor(devices: number, log: Pick<Logger, 'warn'>) {
    this.#devices = devices
    this.#log = log
  }

  get over(): AbortSignal {
    return this.#over.signal
  }

  end(): void {
    this.#over.abort()
  }

  /** A thousand devices that lose one masternode have one trouble. */
  onUplink(event: UplinkEvent): void {
    if (event.name === 'linked') {
      this.#links.add(event.link)
      return
    }
    if (event.name === 'unlinked') this.#links.delete(event.link)
    const { message } = faultOf(event.error)
    if (message !== this.#trouble) this.#log.warn({ reason: message }, event.name)
    this.#trouble = message
  }

  now() {
    const [devices, linked] = [this.#devices, this.#links.size]
    const { registered, active } = this
    const isWhole = linked >= devices || this.#trouble === ''
    const trouble = isWhole ? {} : { trouble: this.#trouble }
    return { pid: process.pid, devices, registered, active, linked, ...trouble }
  }
}
