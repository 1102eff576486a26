import { deviceStates, isUsable, type DeviceView } from '@nexqloud/control'
import { ageOf } from '@nexqloud/kube'
import { addResources, noResources, type Resources } from '@nexqloud/rules'

import { troubleOf } from '../instance/trouble.ts'
import { nameOf, type InstanceView } from '../instance/view.ts'
import type { Devices } from '../placement/read-devices.ts'
import { phaseOf, phaseWords, type InstancePhase } from './instance-phase.ts'
import { masternodesOf, type MasternodeStory } from './masternode-story.ts'
import type { ChainStory } from './read-chain-story.ts'
import { runwayConcern, type PaidNamespace } from './runway-concern.ts'

/** What is known of a network. */
export type StatusFacts = {
  readonly chain: ChainStory
  /** Nothing where no masternode answers; `fleet.devices` where whoever asks sees own instances alone. */
  readonly fleet:
    | {
        readonly instances: readonly InstanceView[]
        readonly devices: Devices | undefined
        /** Who pays for what. */
        readonly namespaces?: readonly PaidNamespace[]
      }
    | { readonly problem: string }
  readonly nowMs: number
}

/** Something that somebody should look at. */
export type Concern = { readonly what: string; readonly try: string }

/** How a network is. */
export type NetworkStatus = {
  readonly chain:
    | { readonly url: string; readonly height: bigint; readonly blockAt: string }
    | { readonly problem: string }
  readonly masternodes?: readonly MasternodeStory[]
  readonly devices?: {
    readonly count: number
    readonly byState: Readonly<Record<string, number>>
    /** Of those that may get pods. */
    readonly free: Capacity
    readonly whole: Capacity
  }
  readonly instances?: Readonly<Record<InstancePhase, number>> & { readonly count: number }
  readonly masternodeProblem?: string
  /** What is worst first. */
  readonly concerns: readonly Concern[]
}

/** What devices have together. */
export type Capacity = Pick<Resources, 'cpuMilli' | 'memoryBytes'>

/** A node without work makes a block a minute. */
const STALLED_MS = 180_000

/** Returns how a network is, from what is known of it. */
export function statusOf(facts: StatusFacts): NetworkStatus {
  const { chain, fleet, nowMs } = facts
  const told = {
    chain:
      chain.problem === undefined
        ? { url: chain.url, height: chain.height, blockAt: new Date(chain.blockMs).toISOString() }
        : { problem: chain.problem },
  }
  const concerns = chainConcerns(chain, nowMs)
  if ('problem' in fleet) {
    const stopped = { what: fleet.problem, try: 'nexqloud up' }
    return { ...told, masternodeProblem: fleet.problem, concerns: [stopped, ...concerns] }
  }
  const devices = byName(fleet.devices)
  const phases = new Map(
    fleet.instances.map((view) => [view, phaseOf(view, devices, nowMs)] as const),
  )
  const fleetStatus = fleet.devices && describeFleet(fleet.devices, facts)
  return {
    ...told,
    ...fleetStatus,
    instances: { count: phases.size, ...countOf([...phases.values()]) },
    concerns: [
      ...concerns,
      ...(fleetStatus?.masternodes ?? []).flatMap(masternodeConcern),
      ...deviceConcerns(fleet.devices?.devices, nowMs),
      ...(fleet.namespaces ?? []).flatMap((each) => runwayConcern(each, nowMs)),
      ...instanceConcerns(phases),
    ],
  }
}

function describeFleet(found: Devices, { chain, nowMs }: StatusFacts) {
  const { devices } = found
  const usable = devices.filter(isUsable)
  const total = (of: 'free' | 'whole'): Capacity => {
    const all = usable.map((device) => device[of]).reduce(addResources, noResources)
    return { cpuMilli: all.cpuMilli, memoryBytes: all.memoryBytes }
  }
  const counts = deviceStates.map(
    (state) => [state, devices.filter((device) => device.state === state).length] as const,
  )
  return {
    masternodes: masternodesOf(found, chain, nowMs),
    devices: {
      count: devices.length,
      byState: Object.fromEntries(counts.filter(([, count]) => count > 0)),
      free: total('free'),
      whole: total('whole'),
    },
  }
}

function byName(devices: Devices | undefined): ReadonlyMap<string, DeviceView> {
  return new Map((devices?.devices ?? []).map((device) => [device.name, device]))
}

function countOf(phases: readonly InstancePhase[]): Readonly<Record<InstancePhase, number>> {
  const of = (phase: InstancePhase): number => phases.filter((each) => each === phase).length
  return {
    running: of('running'),
    pending: of('pending'),
    frozen: of('frozen'),
    moving: of('moving'),
    dark: of('dark'),
    resting: of('resting'),
  }
}

function chainConcerns(chain: ChainStory, nowMs: number): readonly Concern[] {
  if (chain.problem !== undefined) {
    return [{ what: `The chain does not answer: ${chain.problem}`, try: 'nexqloud up' }]
  }
  if (nowMs - chain.blockMs <= STALLED_MS) return []
  const age = ageOf(new Date(chain.blockMs).toISOString(), nowMs)
  const what = `The newest block is ${age} old, and one a minute is usual: the chain stands still, unless it was started just now.`
  return [{ what, try: 'nexqloud chain show latest' }]
}

function masternodeConcern({ name, isDark, saidAt }: MasternodeStory): readonly Concern[] {
  if (!isDark) return []
  const what = `${name} has been silent since ${saidAt}: others drive its devices.`
  return [{ what, try: 'start it again: nexqloud masternode' }]
}

/** Worth a look; whoever drains or pauses a device knows why. */
const troubled: ReadonlySet<string> = new Set(['lost', 'dark', 'disk-full', 'failing'])

function deviceConcerns(
  devices: readonly DeviceView[] | undefined,
  nowMs: number,
): readonly Concern[] {
  if (devices === undefined) return []
  const bad = devices.filter(({ state }) => troubled.has(state))
  const each = bad.map(({ name, state, since, pods }) => {
    const span = since === undefined ? '' : ` for ${ageOf(since, nowMs)}`
    const work = pods.length === 0 ? '' : `, with ${countWords(pods.length, 'pod', 'pods')}`
    return { what: `${name} is ${state}${span}${work}.`, try: `nexqloud why ${name}` }
  })
  if (devices.some(isUsable)) return each
  const what =
    devices.length === 0 ? 'No device has ever connected.' : 'No device may get new instances.'
  return [
    { what, try: devices.length === 0 ? 'nexqloud device join' : 'nexqloud device list' },
    ...each,
  ]
}

function instanceConcerns(phases: ReadonlyMap<InstanceView, InstancePhase>): readonly Concern[] {
  return [...phases].flatMap(([view, phase]) => {
    if (phase === 'running' || phase === 'resting') return []
    const name = nameOf(view)
    const { namespace = 'default' } = view.instance.metadata ?? {}
    const trouble = troubleOf(view)
    const why = trouble === undefined ? '' : `: ${trouble.reason}: ${trouble.message}`
    const place = namespace === 'default' ? '' : ` --namespace ${namespace}`
    return [{ what: `${name} is ${phaseWords[phase]}${why}`, try: `nexqloud why ${name}${place}` }]
  })
}

/** Returns a count with its noun. */
export function countWords(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
