import { readDevice, type DeviceRecord } from '@nexqloud/ledger'

import { dataFolderOf } from '../data-folder.ts'
import { faultOf } from '../fault.ts'
import { formatFields, formatTable, printResult } from '../fields.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showSpan } from '../unit.ts'
import { readAgentStatus, type AgentStatus, type PodLine } from './agent-status.ts'
import { deviceFolderOf, type DeviceNameOptions } from './device-folder.ts'
import { NotJoinedError } from './errors.ts'
import { explainUse } from './explain-use.ts'
import { explainFullDisk, isDiskFull } from './full-disk.ts'
import { explainMeasured } from './measured-text.ts'
import { assertOwnNetwork, readMembership, type Membership } from './membership.ts'
import { isNothing, noScores, showScores } from './scores-text.ts'
import { readWaiting, type Waiting } from './waiting.ts'

/** What the chain said. */
type Asked = {
  readonly record?: DeviceRecord
  readonly waiting?: Waiting
  readonly problem?: string
}

/** Shows how the data folder's device is: on the chain, its agent, its pods, and why it is or is not used. */
export async function showStatus(
  options: ReadOptions & DeviceNameOptions,
  shell: Shell,
): Promise<void> {
  const folder = deviceFolderOf(dataFolderOf(options.data, shell), options.name)
  const joined = await readMembership(folder)
  if (joined === undefined) throw new NotJoinedError(folder)
  const agent = await readAgentStatus(folder)
  const asked = await askChain({ folder, joined }, options, shell)
  const isFull = await isDiskFull(folder)
  const found = { folder, isFull, joined, agent, asked, nowMs: shell.clock.wallMs() }
  printResult(
    { document: toDocument(found), lines: toLines(found) },
    { printer: shell.printer, json: options.json },
  )
}

type Found = {
  readonly folder: string
  readonly isFull: boolean
  readonly joined: Membership
  readonly agent: AgentStatus | undefined
  readonly asked: Asked
  readonly nowMs: number
}

function toDocument({ joined, agent, isFull, asked: { record, problem, waiting }, nowMs }: Found) {
  const { device, key, region, owner } = joined
  return {
    device,
    owner: record?.owner ?? owner,
    key,
    region,
    status: record?.status ?? null,
    accepted: record?.accepted,
    offered: record?.offered,
    chainProblem: problem,
    isDiskFull: isFull,
    agent: agent ?? null,
    ...explainUse(record, agent, { waiting, nowMs }),
  }
}

function toLines(found: Found): readonly string[] {
  const { joined, agent, asked, nowMs } = found
  const { record, waiting, problem = 'there is no such device.' } = asked
  return [
    ...formatFields([
      ['device', `${joined.device}, in region ${joined.region}`],
      ['owner', record?.owner ?? joined.owner],
      ['on chain', record?.status ?? `not known: ${problem}`],
      ...scoreFields(found),
      ['agent', agentInWords(agent, nowMs)],
      ...linkFields(agent, nowMs),
      ...diskFields(found),
      ...faultFields(agent),
      ...explainUse(record, agent, { waiting, nowMs }).reasons.map(
        (reason, index) => [index === 0 ? 'use' : '', reason] as const,
      ),
    ]),
    ...podTable(agent?.pods ?? []),
  ]
}

function scoreFields({ asked: { record }, agent }: Found): (readonly [string, string])[] {
  const { accepted = noScores, offered = noScores } = record ?? {}
  return [
    ['scores', showScores(accepted, 'none accepted yet')],
    ...(isNothing(offered) ? [] : [['offered', showScores(offered, '')] as const]),
    ...explainMeasured(agent?.measured).map((text) => ['measured', text] as const),
  ]
}

/** A chain that does not answer is part of what is told. */
async function askChain(
  { folder, joined }: { readonly folder: string; readonly joined: Membership },
  options: ReadOptions,
  shell: Shell,
): Promise<Asked> {
  try {
    const rpc = options.rpc ?? joined.rpc
    const session = await openSession({ ...options, ...(rpc !== undefined && { rpc }) }, shell)
    await assertOwnNetwork(session.ledger, { folder, joined })
    const record = await readChain(readDevice(session.ledger, joined.device))
    if (record === undefined) return {}
    if (record.status !== 'registered') return { record }
    return { record, waiting: await readWaiting(session, record) }
  } catch (error) {
    return { problem: faultOf(error).message }
  }
}

function agentInWords(agent: AgentStatus | undefined, nowMs: number): string {
  if (agent === undefined) return 'does not run'
  const { pid, engine, startedAt, isDraining } = agent
  const since = showSpan(secondsSince(startedAt, nowMs))
  const drained = isDraining ? ', being drained' : ''
  return `runs for ${since} on ${engine.name} ${engine.version} (process ${pid})${drained}`
}

function linkFields(agent: AgentStatus | undefined, nowMs: number): (readonly [string, string])[] {
  const { links = [] } = agent ?? {}
  const shown = links.map(
    ({ masternode, since }) => `${masternode}, for ${showSpan(secondsSince(since, nowMs))}`,
  )
  return (shown.length === 0 ? ['none'] : shown).map((text, index) => [
    index === 0 ? 'masternode' : '',
    text,
  ])
}

function diskFields({ isFull, folder, agent }: Found): (readonly [string, string])[] {
  return isFull ? [['disk', explainFullDisk(folder, agent?.at)]] : []
}

function faultFields(agent: AgentStatus | undefined): (readonly [string, string])[] {
  if (agent?.fault === undefined) return []
  const { message, hint = '', at } = agent.fault
  return [['last fault', `${message} ${hint}`.trim() + ` (${at})`]]
}

function podTable(pods: readonly PodLine[]): readonly string[] {
  if (pods.length === 0) return []
  const rows = pods.map(({ namespace, name, phase, ready, restarts, reason = '' }) => [
    `${namespace}/${name}`,
    phase,
    ready ? 'ready' : 'not ready',
    `${restarts}`,
    reason,
  ])
  return ['', ...formatTable([['POD', 'PHASE', '', 'RESTARTS', 'REASON'], ...rows])]
}

function secondsSince(time: string, nowMs: number): bigint {
  return BigInt(Math.max(0, Math.floor((nowMs - Date.parse(time)) / 1000)))
}
