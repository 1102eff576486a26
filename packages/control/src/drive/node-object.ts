import { isDeepStrictEqual } from 'node:util'

import {
  annotations,
  CLOCK_OFF,
  DISK_FULL,
  DISK_PRESSURE,
  DRAINING,
  HELD_BACK,
  labels,
} from '../object/names.ts'
import type { Node } from '../object/object.ts'
import type { DeviceFacts } from './device-link.ts'
import type { Liveness } from './liveness.ts'

/** Marks the nodes that a masternode drives, apart from those with a kubelet of their own. */
export const DRIVEN = 'nexqloud.io/driven'

/** What a node says about each state, by the condition `Ready`. */
export const readiness = {
  live: { status: 'True', reason: 'DeviceLive' },
  dark: { status: 'Unknown', reason: 'DeviceDark' },
  lost: { status: 'Unknown', reason: 'DeviceLost' },
} as const satisfies Record<Exclude<Liveness, 'awaited'>, { status: string; reason: string }>

/** Taints that follow from the state alone. */
const stateTaints = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'])

/** Taints that follow from what a device says of itself. */
const machineTaints = new Set<string>([DRAINING, DISK_PRESSURE])

/** What is to be written about a node; nothing of a part that is as it should be. */
export type NodeChange = {
  readonly main?: Pick<Node, 'metadata' | 'spec'>
  readonly status?: NonNullable<Node['status']>
}

/** What is known of a node's device. */
export type KnownDevice = {
  /** Nothing where it has not dialled since this masternode started. */
  readonly facts: DeviceFacts | undefined
  readonly state: keyof typeof readiness
  readonly nowIso: string
  /** The masternode that drives it. */
  readonly driver: string
  /** Where a real kube-apiserver asks for the streams of the node's pods; nothing beside the embedded one. */
  readonly kubelet?: KubeletEndpoint | undefined
}

/** Where a kubelet listens. */
export type KubeletEndpoint = { readonly address: string; readonly port: number }

/** Returns what has to be written so that a node says what is known of its device. */
export function nodeChange(node: Node, known: KnownDevice): NodeChange {
  const main = wantedMain(node, known)
  const status = wantedStatus(node, known)
  return {
    ...(isPart(main.metadata, node.metadata) && isPart(main.spec, node.spec) ? {} : { main }),
    ...(isPart(status, node.status) ? {} : { status }),
  }
}

/** Whether all fields are in the whole already; an empty list is as good as none. */
function isPart(part: object, whole: object = {}): boolean {
  const has = new Map<string, unknown>(Object.entries(whole))
  return Object.entries(part).every(([field, value]) => {
    const isEmpty = Array.isArray(value) && value.length === 0
    return isDeepStrictEqual(value, has.get(field) ?? (isEmpty ? [] : undefined))
  })
}

/** Returns the labels and annotations that placement reads; a value that is not known is left out. */
export function describeDevice({ standing, machine }: DeviceFacts) {
  const { priceMicroUsdPerHour, latencyMs, riskBps } = standing
  const known = {
    [DRIVEN]: 'true',
    [labels.owner]: standing.owner,
    [labels.isp]: standing.isp,
    [labels.area]: standing.area,
    [labels.region]: standing.region,
    [labels.tier]: standing.tier,
    [labels.architecture]: machine.architecture,
    [labels.system]: machine.system,
    [labels.disks]: machine.takesDisks === true ? 'true' : '',
  }
  return {
    labels: Object.fromEntries(Object.entries(known).filter(([, value]) => value !== '')),
    annotations: {
      [annotations.price]: String(priceMicroUsdPerHour),
      [annotations.latency]: String(latencyMs),
      [annotations.risk]: String(riskBps),
    },
  }
}

function wantedMain({ metadata, spec }: Node, { facts, state, driver, nowIso }: KnownDevice) {
  const { machine } = facts ?? {}
  const others = (spec?.taints ?? []).filter(
    ({ key }) => !stateTaints.has(key) && (machine === undefined || !machineTaints.has(key)),
  )
  const taints = [
    ...others,
    ...(state === 'live' ? [] : [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }]),
    ...(machine?.isDraining === true ? [drainingTaint(spec, nowIso)] : []),
    ...(machine?.isDiskFull === true ? [{ key: DISK_PRESSURE, effect: 'NoSchedule' }] : []),
  ]
  if (facts === undefined) return { metadata: {}, spec: { taints } }
  const told = describeDevice(facts)
  return {
    metadata: {
      labels: { ...metadata?.labels, ...told.labels },
      annotations: {
        ...metadata?.annotations,
        ...told.annotations,
        [annotations.driver]: driver,
      },
    },
    spec: { taints },
  }
}

/** Since when it is so stays as it was said first: by it goes how long pods may stay. */
function drainingTaint(spec: Node['spec'], nowIso: string) {
  const timeAdded = spec?.taints?.find(({ key }) => key === DRAINING)?.timeAdded ?? nowIso
  return { key: DRAINING, effect: 'NoSchedule', timeAdded }
}

function wantedStatus(node: Node, known: KnownDevice): NonNullable<Node['status']> {
  const conditions = wantedConditions(node, known)
  if (known.facts === undefined) return { conditions }
  const { capacity, allocatable } = known.facts.machine
  const nodeInfo = { ...nodeInfoOf(known.facts), ...node.status?.nodeInfo, ...agentOf(known.facts) }
  return { conditions, capacity, allocatable, nodeInfo, ...streamsOf(known.kubelet) }
}

/** exec, attach and port-forward come as WebSockets where a node declares that it speaks them. */
function streamsOf(kubelet: KubeletEndpoint | undefined): NonNullable<Node['status']> {
  if (kubelet === undefined) return {}
  return {
    addresses: [{ type: 'InternalIP', address: kubelet.address }],
    daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    declaredFeatures: ['ExtendWebSocketsToKubelet'],
  }
}

type Condition = NonNullable<NonNullable<Node['status']>['conditions']>[number]

function wantedConditions({ status: told }: Node, { facts, state, nowIso }: KnownDevice) {
  const ready = { type: 'Ready', ...readiness[state], message: messageOf(state, nowIso) }
  const said = facts === undefined ? undefined : machineConditions(facts.machine)
  return [ready, ...(said ?? [])].reduce(
    (conditions, wanted) => withCondition(conditions, wanted, nowIso),
    (told?.conditions ?? []).filter(
      ({ type }) =>
        said === undefined ||
        !passing.has(type) ||
        said.some((condition) => condition.type === type),
    ),
  )
}

/** Conditions that are there while they hold. */
const passing = new Set<string>([HELD_BACK, DISK_FULL, CLOCK_OFF])

function machineConditions({ owner, isDiskFull, clockOff }: DeviceFacts['machine']) {
  return [
    ...(owner === undefined ? [] : [ownerCondition(owner)]),
    ...(isDiskFull === true ? [diskCondition] : []),
    ...(clockOff === undefined ? [] : [clockCondition(clockOff)]),
  ]
}

const diskCondition = {
  type: DISK_FULL,
  status: 'True',
  reason: 'DeviceDiskFull',
  message: 'It could not write down what it was to run: its disk is full.',
}

function clockCondition(message: string) {
  return { type: CLOCK_OFF, status: 'True', reason: 'DeviceClockOff', message }
}

function ownerCondition({ state, message }: NonNullable<DeviceFacts['machine']['owner']>) {
  const reason = `Device${state.slice(0, 1).toUpperCase()}${state.slice(1)}`
  return { type: HELD_BACK, status: 'True', reason, message }
}

/** What is said already stays as it was said: its message may name a moment. */
function withCondition(
  conditions: readonly Condition[],
  wanted: Omit<Condition, 'lastTransitionTime'>,
  nowIso: string,
): Condition[] {
  const { type, status, reason, message } = wanted
  const before = conditions.find((condition) => condition.type === type)
  const isSame = before?.status === status && before.reason === reason
  if (isSame && (type === 'Ready' || before.message === message)) return [...conditions]
  const others = conditions.filter((condition) => condition.type !== type)
  return [...others, { ...wanted, lastTransitionTime: nowIso }]
}

function messageOf(state: keyof typeof readiness, nowIso: string): string {
  if (state === 'live') return 'The device is connected.'
  return `The device has been silent; noticed at ${nowIso}.`
}

function agentOf({ machine }: DeviceFacts) {
  return {
    architecture: machine.architecture,
    operatingSystem: machine.system,
    kubeletVersion: machine.agentVersion,
    containerRuntimeVersion: machine.engine,
  }
}

/** Kubernetes' type wants all fields. */
function nodeInfoOf(facts: DeviceFacts) {
  return {
    ...agentOf(facts),
    bootID: '',
    kernelVersion: '',
    kubeProxyVersion: '',
    machineID: '',
    osImage: '',
    systemUUID: '',
  }
}
