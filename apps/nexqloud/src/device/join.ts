import { parseEndpoint } from '@nexqloud/ledger'

import { dataFolderOf } from '../data-folder.ts'
import { printResult } from '../fields.ts'
import { createLog } from '../log.ts'
import { parseNumber } from '../number.ts'
import type { SendOptions } from '../option.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { confirm } from '../terminal.ts'
import { openSender, type Sender } from '../transaction/sender.ts'
import { showNxq } from '../unit.ts'
import { acceptLater } from './accept-later.ts'
import { readAgentStatus } from './agent-status.ts'
import { awaitActive, offerOf } from './await-active.ts'
import { createDeliver, type Deliver, type RelayOptions } from './deliver.ts'
import { deviceFolderOf, makeIdentity } from './device-folder.ts'
import { ensureJoined } from './ensure-joined.ts'
import type { Membership } from './membership.ts'
import { openDeviceEngine } from './open-engine.ts'
import { agentPartsOf, untilEnded, type AgentOptions } from './run.ts'
import { showScores } from './scores-text.ts'
import { ownerOf, startDeviceAgent, type DeviceAgent } from './start-agent.ts'
import { waitingInWords } from './waiting.ts'

/** How a device joins. */
export type JoinOptions = SendOptions &
  AgentOptions &
  RelayOptions & {
    readonly key?: string
    readonly region?: string
    readonly yes?: boolean
    readonly accept?: boolean
    readonly run: boolean
  }

type Joining = {
  readonly session: Session
  readonly folder: string
  readonly options: JoinOptions
  readonly sender: OpenWallet
  readonly deliver: Deliver
}

/** Opens the wallet of a name or an address; the one that was named, or the only one, where it is left out. */
type OpenWallet = (from?: string) => Promise<Sender>

/**
 * Joins this machine's device: registers it, runs its agent, has it measured and its scores accepted. A second call goes on
 * where the first was ended.
 *
 * @throws as {@link ensureJoined}, {@link startDeviceAgent} and {@link awaitActive} do.
 */
export async function joinDevice(options: JoinOptions, shell: Shell): Promise<void> {
  const session = await openSession(options, shell)
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const key = options.key === undefined ? undefined : parseNumber(options.key, 'key')
  const sender = openOnce(session, options)
  const deliver = openDelivery(session, options)
  if (options.run) await tryEngine(folder, options, shell)
  const joined = await ensureJoined(session, {
    folder,
    key,
    region: options.region,
    rpc: options.rpc,
    openSender: () => sender(),
    deliver,
    mayBuy: (priceWei) => mayBuy(priceWei, options, shell),
    onStep: (step, value) => say({ options, shell }, step, value),
  })
  const joining = { session, folder, options, sender, deliver }
  await (options.run ? runAndActivate(joining, joined) : tellNext(joining, joined))
}

/** Nothing is paid, or promised, for a machine that cannot run anything. */
async function tryEngine(folder: string, options: JoinOptions, { clock }: Shell): Promise<void> {
  if ((await readAgentStatus(folder)) !== undefined) return
  const owner = ownerOf(await makeIdentity(folder))
  const { openEngine = openDeviceEngine, engineSocket: socketPath } = options
  await openEngine({ socketPath, owner, folder, clock })
}

async function runAndActivate(joining: Joining, joined: Membership): Promise<void> {
  const { session, folder, options } = joining
  const { shell, ledger } = session
  const other = await readAgentStatus(folder)
  const agent =
    other === undefined
      ? await startDeviceAgent(agentPartsOf({ folder, ledger }, options, shell), shell.signal)
      : undefined
  if (agent === undefined) say({ options, shell }, 'agent', `process ${other?.pid} runs it`)
  else say({ options, shell }, 'agent', `runs on ${agent.engine.name} ${agent.engine.version}`)
  await activate(joining, joined, agent)
  if (agent === undefined) return
  if (!options.json) shell.printer.line('Ctrl-C stops the agent; containers run on.')
  await endWithAgent(joining, joined, agent)
}

/** Whoever takes the first scores unseen takes later ones that are no lower, too. */
async function endWithAgent(
  { session, options, sender, deliver }: Joining,
  { device, owner }: Membership,
  agent: DeviceAgent,
): Promise<void> {
  const { shell } = session
  const over = new AbortController()
  const signal = AbortSignal.any([shell.signal, over.signal])
  const openOwner = () => sender(options.from ?? owner)
  const log = createLog(options).child({ module: 'device' })
  const accepting =
    options.accept === true
      ? acceptLater({ session, device, openSender: openOwner, deliver, log }, signal)
      : Promise.resolve()
  try {
    await untilEnded(agent, { options, shell })
  } finally {
    over.abort()
    await accepting
  }
}

/** An agent that fails meanwhile ends the wait. */
async function activate(
  joining: Joining,
  { device, owner }: Membership,
  agent: DeviceAgent | undefined,
): Promise<void> {
  const { session, options, sender, deliver } = joining
  const { shell } = session
  const over = new AbortController()
  const failed = agent?.ended.finally(() => over.abort())
  failed?.catch(() => {})
  const record = await awaitActive(
    session,
    {
      device,
      openSender: () => sender(options.from ?? owner),
      deliver,
      accepts: (scores) =>
        accepts(showScores(scores, 'nothing, since nothing answered'), options, shell),
      onWait: (what) => shell.printer.status(waitingInWords(what)),
    },
    AbortSignal.any([shell.signal, over.signal]),
  )
  shell.printer.status('')
  if (over.signal.aborted) await failed
  const { id, status, accepted, offered } = record
  printResult(
    {
      document: { device: id, status, accepted, offered },
      lines: [
        line('status', status),
        line('scores', showScores(accepted, 'none accepted yet')),
        ...(offerOf(record) === undefined || status === 'active' ? [] : [HOW_TO_ACCEPT]),
      ],
    },
    { printer: shell.printer, json: options.json },
  )
}

const HOW_TO_ACCEPT = 'It works once its scores are accepted: nexqloud device accept'

async function accepts(scores: string, options: JoinOptions, shell: Shell): Promise<boolean> {
  shell.printer.status('')
  say({ options, shell }, 'offered', scores)
  if (options.accept === true) return true
  if (!shell.terminal.isInteractive) return false
  return confirm(shell.terminal, 'Accept these scores? Rewards and placement follow from them.')
}

async function mayBuy(
  priceWei: bigint,
  { yes }: JoinOptions,
  { terminal }: Shell,
): Promise<boolean> {
  if (yes === true) return true
  if (!terminal.isInteractive) return false
  return confirm(terminal, `A digital key costs ${showNxq(priceWei)}. Buy one?`)
}

async function tellNext({ session, options }: Joining, joined: Membership): Promise<void> {
  const { device, key, owner, region, tlsKeyHash } = joined
  printResult(
    {
      document: { device, key, owner, region, tlsKeyHash },
      lines: [
        'It is measured once its agent runs: nexqloud device run. Then: nexqloud device join',
      ],
    },
    { printer: session.shell.printer, json: options.json },
  )
}

/** A password is asked for at most once, and only where something has to be signed. */
function openOnce(session: Session, options: SendOptions): OpenWallet {
  let opened: Promise<Sender> | undefined
  return (from) =>
    (opened ??= openSender(session, { ...options, ...(from !== undefined && { from }) }))
}

function openDelivery(session: Session, options: JoinOptions): Deliver {
  const { relay, masternode } = options
  return createDeliver(session, {
    relay,
    dialAt: masternode === undefined ? undefined : parseEndpoint(masternode),
    onRelayed: (text) => say({ options, shell: session.shell }, 'relayed', text),
  })
}

type Saying = { readonly options: { readonly json?: boolean }; readonly shell: Shell }

function say({ options, shell }: Saying, step: string, value: string): void {
  if (!options.json) shell.printer.line(line(step, value))
}

function line(name: string, value: string): string {
  return `${name.padEnd(12)}${value}`
}
