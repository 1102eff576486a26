import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { BaseError } from '@nexqloud/kernel'
import { readDevice } from '@nexqloud/ledger'

import { dataFolderOf } from '../data-folder.ts'
import { printResult } from '../fields.ts'
import { lockFolder } from '../folder-lock.ts'
import type { SendOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { StoppedError } from '../transaction/errors.ts'
import { openSender, type Sender } from '../transaction/sender.ts'
import { readAgentStatus } from './agent-status.ts'
import { createDeliver, type RelayOptions } from './deliver.ts'
import {
  deviceFolderOf,
  readIdentity,
  tlsKeyFileOf,
  type DeviceNameOptions,
} from './device-folder.ts'
import { AgentRunningError, NotJoinedError } from './errors.ts'
import { assertOwnNetwork, readMembership, type Membership } from './membership.ts'
import type { OpenDeviceEngine } from './open-engine.ts'
import { removeTraces, type Traces } from './remove-traces.ts'
import { retireDevice } from './signed-call.ts'
import { ownerOf } from './start-agent.ts'
import { writeWish } from './wish.ts'

/** How a device leaves. */
export type LeaveOptions = SendOptions &
  DeviceNameOptions &
  RelayOptions & {
    readonly engineSocket?: string
    /** What tests put in the place of Docker and Podman. */
    readonly openEngine?: OpenDeviceEngine
    /** How long it may take until it is empty, in minutes. */
    readonly wait: number
    /** Does not wait. */
    readonly now?: boolean
  }

/** Pods are still there after all the time that they were given. */
class NotEmptyError extends BaseError {
  constructor(device: number, { pods, minutes }: { pods: number; minutes: number }) {
    super(`Device ${device} still has ${pods} pods after ${minutes} minutes.`, {
      code: 'DEVICE_NOT_EMPTY',
      kind: 'unavailable',
      hint: 'It stays drained. Repeat the command to wait on, or stop them with --now: their tenants get them elsewhere.',
    })
  }
}

/** How often it is looked whether the device is empty. */
const LOOK_MS = 1000
/** An agent ends within this: it reads its folder each second, and gives streams one more. */
const END_MS = 30_000
/** Of the device, and of no use once it has left. */
const files = [
  'assignment.json',
  'disks.json',
  'masternodes.json',
  'seccomp.json',
  'cpu-quotas.json',
  'pause.json',
  'wish',
  'membership.json',
]

/**
 * Has the device leave for good: empties it, ends its agent, retires it on the chain, and removes what is its own from the
 * machine. May be called again after any end; what is done already is passed over.
 *
 * @throws {@link NotJoinedError}, {@link NotEmptyError}, {@link AgentRunningError}, and as {@link sendTransaction} does.
 */
export async function leaveNetwork(options: LeaveOptions, shell: Shell): Promise<void> {
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const joined = await readMembership(folder)
  const identity = await readIdentity(folder)
  if (joined === undefined || identity === undefined) throw new NotJoinedError(folder)
  const rpc = options.rpc ?? joined.rpc
  const session = await openSession({ ...options, ...(rpc !== undefined && { rpc }) }, shell)
  await assertOwnNetwork(session.ledger, { folder, joined })
  // Asked for before anything is done: a wrong password leaves all as it was.
  const owner = await openOwner(session, { joined, options })
  await empty(folder, { joined, options, shell })
  const lock = await endAgent(folder, shell)
  try {
    if (owner !== undefined) await retire(session, owner, { joined, options })
    const { engineSocket: socketPath } = options
    const wish = { socketPath, owner: ownerOf(identity), folder, clock: shell.clock }
    const traces = await removeTraces(wish, options.openEngine)
    for (const file of files) await rm(join(folder, file), { force: true })
    report(traces, { folder, joined, options, shell })
  } finally {
    lock[Symbol.dispose]()
  }
}

type Leaving = {
  readonly joined: Membership
  readonly options: LeaveOptions
  readonly shell: Shell
}

async function empty(folder: string, { joined, options, shell }: Leaving): Promise<void> {
  await writeWish(folder, 'drain')
  const { clock, signal, printer } = shell
  const endMs = clock.steadyMs() + options.wait * 60_000
  while (options.now !== true) {
    const agent = await readAgentStatus(folder)
    const pods = agent?.pods?.length ?? 0
    if (agent === undefined || (agent.pods !== undefined && pods === 0)) break
    if (signal.aborted) throw new StoppedError()
    if (clock.steadyMs() >= endMs) {
      throw new NotEmptyError(joined.device, { pods, minutes: options.wait })
    }
    printer.status(`${pods} pods are still on device ${joined.device} ...`)
    await clock.delay(LOOK_MS, signal)
  }
  printer.status('')
}

/** Returns once no agent runs, and none can start. */
async function endAgent(folder: string, { clock, signal }: Shell): Promise<Disposable> {
  const endMs = clock.steadyMs() + END_MS
  for (;;) {
    // An agent that starts in between takes it for the wish of an earlier call.
    await writeWish(folder, 'leave')
    const lock = await lockFolder(folder)
    if (lock !== undefined) return lock
    if (signal.aborted) throw new StoppedError()
    if (clock.steadyMs() >= endMs) {
      throw new AgentRunningError(folder, (await readAgentStatus(folder))?.pid)
    }
    await clock.delay(LOOK_MS, signal)
  }
}

async function retire(
  session: Session,
  sender: Sender,
  { joined, options }: Pick<Leaving, 'joined' | 'options'>,
): Promise<void> {
  const { printer } = session.shell
  const deliver = createDeliver(session, {
    relay: options.relay,
    onRelayed: (text) => options.json !== true && printer.line(text),
  })
  await retireDevice(session, { sender, deliver }, joined.device)
}

/** Returns the owner's wallet; `undefined` where an earlier call has retired the device. */
async function openOwner(
  session: Session,
  { joined, options }: Pick<Leaving, 'joined' | 'options'>,
): Promise<Sender | undefined> {
  const record = await readChain(readDevice(session.ledger, joined.device))
  if (record === undefined || record.status === 'retired') return undefined
  return openSender(session, { ...options, from: options.from ?? record.owner })
}

function report(
  { containers, networks, images, remains }: Traces,
  { folder, joined, options, shell }: Leaving & { readonly folder: string },
): void {
  const { device, key, owner } = joined
  const left = [...remains, `the TLS key ${tlsKeyFileOf(folder)}, for the next time`]
  printResult(
    {
      document: {
        device,
        status: 'retired',
        key,
        owner,
        removed: { containers, networks, images },
        remains: left,
      },
      lines: [
        `Device ${device} has left the network. Key ${key} of ${owner} may activate another one.`,
        `Removed were ${containers} containers, ${networks} networks, ${images} images, and its firewall.`,
        ...left.map((each) => `Still there: ${each}`),
      ],
    },
    { printer: shell.printer, json: options.json },
  )
}
