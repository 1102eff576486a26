import { deviceStates, type DeviceState, type DeviceView } from '@nexqloud/control'
import { deviceOfName } from '@nexqloud/kernel'
import { ageOf } from '@nexqloud/kube'
import { readDevice, type DeviceReader, type RawScores } from '@nexqloud/ledger'
import { formatAmount } from '@nexqloud/rules'

import { faultOf } from '../fault.ts'
import { formatTable, printResult } from '../fields.ts'
import { withInstances } from '../instance/instance-session.ts'
import { readDevices, type Devices } from '../placement/read-devices.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { FleetHiddenError } from './errors.ts'
import { driverOf } from './masternode-story.ts'
import { readChainStory, type ChainStory } from './read-chain-story.ts'
import type { StatusOptions } from './status.ts'

/** What `nexqloud device list` was asked. */
export type ListOptions = StatusOptions & { readonly limit: number; readonly state?: DeviceState }

/** A device in a list. */
export type DeviceRow = {
  readonly name: string
  readonly owner: string
  readonly state: DeviceState
  readonly since: string | null
  readonly why: string
  readonly freeCpuMilli: number
  readonly wholeCpuMilli: number
  readonly freeMemoryBytes: number
  readonly wholeMemoryBytes: number
  readonly pods: number
  /** Who drives it. */
  readonly masternode: string
  /** What its owner accepted; null where the chain does not say. */
  readonly scores: RawScores | null
}

/** Lists the devices that have connected, by number. */
export async function listDevices(options: ListOptions, shell: Shell): Promise<void> {
  const [chain, found] = await Promise.all([
    readChainStory(options, shell),
    withInstances(options, shell, ({ client }) => readDevices(client, shell.clock.wallMs())),
  ])
  if (found === undefined) throw new FleetHiddenError()
  const { state, limit } = options
  const wanted = found.devices.filter((device) => state === undefined || device.state === state)
  const shown = wanted.slice(0, limit)
  const scores = await readScores(shown, { chain, options, shell })
  const rows = shown.map((device) => rowOf(device, { found, chain, scores: scores.known }))
  const { problem } = scores
  const counts = { count: found.devices.length, matching: wanted.length, problem }
  printResult(
    {
      document: { ...counts, problem: problem ?? null, devices: rows },
      lines: tellDevices(rows, { ...counts, nowMs: shell.clock.wallMs() }),
    },
    { ...shell, ...options },
  )
}

/** What the chain says of devices, by name, and why it says nothing of some. */
type Scores = {
  readonly known: ReadonlyMap<string, RawScores>
  readonly problem: string | undefined
}

/** Asks the chain about the devices that are shown; it may go away meanwhile. */
async function readScores(
  devices: readonly DeviceView[],
  {
    chain,
    options,
    shell,
  }: { readonly chain: ChainStory; readonly options: ListOptions; readonly shell: Shell },
): Promise<Scores> {
  if (chain.problem !== undefined) return { known: new Map(), problem: chain.problem }
  try {
    const { ledger } = await openSession(options, shell)
    return await readAccepted(ledger, devices)
  } catch (error) {
    return { known: new Map(), problem: faultOf(error).message }
  }
}

/** Returns what the owners of devices accepted, and the first reason why that of some cannot be told. */
export async function readAccepted(
  reader: DeviceReader,
  devices: readonly Pick<DeviceView, 'name'>[],
): Promise<Scores> {
  const known = new Map<string, RawScores>()
  let problem: string | undefined
  await Promise.all(
    devices.map(async ({ name }) => {
      const device = deviceOfName(name)
      if (device === undefined) return
      try {
        const record = await readDevice(reader, device)
        if (record !== undefined) known.set(name, record.accepted)
      } catch (error) {
        problem ??= `${name}: ${faultOf(error).message}`
      }
    }),
  )
  return { known, problem }
}

function rowOf(
  { name, owner, state, since, why, free, whole, pods }: DeviceView,
  {
    found,
    chain,
    scores,
  }: {
    readonly found: Devices
    readonly chain: ChainStory
    readonly scores: Scores['known']
  },
): DeviceRow {
  return {
    name,
    owner,
    state,
    since: since ?? null,
    why,
    freeCpuMilli: free.cpuMilli,
    wholeCpuMilli: whole.cpuMilli,
    freeMemoryBytes: free.memoryBytes,
    wholeMemoryBytes: whole.memoryBytes,
    pods: pods.length,
    masternode: driverOf(name, found, chain),
    scores: scores.get(name) ?? null,
  }
}

const heads = [
  'DEVICE',
  'OWNER',
  'STATE',
  'SCORE (CPU/MEM/DISK)',
  'CPU FREE',
  'MEMORY FREE',
  'PODS',
  'MASTERNODE',
]

/** Returns a table of devices, and how many are left out of it. */
export function tellDevices(
  rows: readonly DeviceRow[],
  {
    count,
    matching,
    problem,
    nowMs,
  }: {
    readonly count: number
    readonly matching: number
    /** Why scores are not known. */
    readonly problem: string | undefined
    readonly nowMs: number
  },
): readonly string[] {
  if (count === 0)
    return ['No device has connected yet: nexqloud device join makes this machine one.']
  if (matching === 0) return [`None of ${count} devices: states are ${deviceStates.join(', ')}.`]
  const left = matching - rows.length
  return [
    ...formatTable([heads, ...rows.map((row) => cellsOf(row, nowMs))]),
    ...(problem === undefined ? [] : [`Not all scores could be read from the chain: ${problem}`]),
    ...(left > 0 ? [`${left} more: --limit ${matching} shows all, --state some.`] : []),
  ]
}

function cellsOf(row: DeviceRow, nowMs: number): readonly string[] {
  const { name, owner, state, since, scores, pods, masternode } = row
  const accepted = scores === null ? [] : [scores.cpu, scores.memoryScore, scores.storageScore]
  return [
    name,
    owner.length > 12 ? `${owner.slice(0, 8)}…` : owner,
    since === null ? state : `${state} (${ageOf(since, nowMs)})`,
    accepted.length === 0 ? 'not known' : accepted.join('/'),
    `${row.freeCpuMilli / 1000} of ${row.wholeCpuMilli / 1000}`,
    `${memory(row.freeMemoryBytes)} of ${memory(row.wholeMemoryBytes)}`,
    String(pods),
    masternode,
  ]
}

function memory(bytes: number): string {
  return formatAmount('memoryBytes', bytes, 'down')
}
