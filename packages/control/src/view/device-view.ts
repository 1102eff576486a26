import { subtractResources, type Dimension, type Resources } from '@nexqloud/rules'

import { readiness } from '../drive/node-object.ts'
import { readDeviceLosses, type DeviceLosses } from '../object/device-losses.ts'
import { readDeviceMemory, type DeviceMemory } from '../object/device-memory.ts'
import { DISK_FULL, DRAINING, HELD_BACK, labels } from '../object/names.ts'
import { hasEnded, isConditionTrue, nameOf, type Node, type Pod } from '../object/object.ts'
import { askedOf } from '../schedule/read-demand.ts'
import { nodeToDevice } from '../schedule/read-device.ts'

/** What may be true of a device; of several, the first one is told. */
export const deviceStates = [
  'lost',
  'dark',
  'paused',
  'draining',
  'cordoned',
  'disk-full',
  'failing',
  'yielding',
  'ready',
] as const

/** One of {@link deviceStates}. */
export type DeviceState = (typeof deviceStates)[number]

/** States in which a device gets pods. */
const usable: ReadonlySet<DeviceState> = new Set(['failing', 'yielding', 'ready'])

/** A device as people and programs are told of it. */
export type DeviceView = {
  readonly name: string
  /** Whose it is; empty where nobody says. */
  readonly owner: string
  readonly state: DeviceState
  /** Since when, ISO 8601, where that is known. */
  readonly since: string | undefined
  /** In sentences; empty where there is nothing to tell. */
  readonly why: string
  readonly whole: Resources
  /** What no pod has taken; never below 0. */
  readonly free: Resources
  /** What is bound to it and has not ended. */
  readonly pods: readonly Pod[]
}

/** Whether a device gets pods. */
export function isUsable({ state }: Pick<DeviceView, 'state'>): boolean {
  return usable.has(state)
}

/** Returns the devices of nodes, in their order, with the pods that are bound to them. */
export function viewDevices(
  nodes: readonly Node[],
  pods: readonly Pod[],
  nowMs: number,
): readonly DeviceView[] {
  const bound = Map.groupBy(
    pods.filter((pod) => !hasEnded(pod)),
    ({ spec }) => spec?.nodeName ?? '',
  )
  return nodes.map((node) => viewDevice(node, bound.get(node.metadata?.name ?? '') ?? [], nowMs))
}

function viewDevice(node: Node, pods: readonly Pod[], nowMs: number): DeviceView {
  const { name, free: whole } = nodeToDevice(node)
  const left = pods.map(askedOf).reduce(subtractResources, whole)
  const owner = node.metadata?.labels?.[labels.owner] ?? ''
  const [state, , told] = reasonsOf(node, nowMs).find(([, isTrue]) => isTrue) ?? noReason
  return {
    name,
    owner,
    state,
    since: undefined,
    why: '',
    ...told,
    whole,
    free: {
      cpuMilli: Math.max(0, left.cpuMilli),
      memoryBytes: Math.max(0, left.memoryBytes),
      diskBytes: Math.max(0, left.diskBytes),
      pods: Math.max(0, left.pods),
    },
    pods,
  }
}

type Reason = { readonly since?: string | undefined; readonly why?: string }

/** Returns what may be true of a device, and whether it is, in the order of {@link deviceStates}. */
function reasonsOf(
  node: Node,
  nowMs: number,
): readonly (readonly [state: DeviceState, isTrue: boolean, told: Reason])[] {
  const [ready, held] = [conditionOf(node, 'Ready'), conditionOf(node, HELD_BACK)]
  const disk = conditionOf(node, DISK_FULL)
  const isReady = isConditionTrue(node, 'Ready')
  const isDraining = (node.spec?.taints ?? []).some(({ key }) => key === DRAINING)
  const whys = restingWords(node, nowMs)
  return [
    ['lost', !isReady && ready.reason === readiness.lost.reason, ready.told],
    ['dark', !isReady, ready.told],
    ['paused', held.reason === 'DevicePauses', held.told],
    ['draining', isDraining, held.reason === undefined ? drained : held.told],
    ['cordoned', node.spec?.unschedulable === true, cordoned],
    ['disk-full', disk.reason !== undefined, disk.told],
    ['failing', whys.length > 0, { why: whys.join(' ') }],
    ['yielding', held.reason === 'DeviceYields', held.told],
    ['ready', true, { since: ready.told.since }],
  ]
}

function conditionOf({ status }: Node, type: string): { reason?: string; told: Reason } {
  const found = status?.conditions?.find((each) => each.type === type)
  if (found === undefined) return { told: {} }
  const { reason, message = '', lastTransitionTime: since } = found
  return { ...(reason !== undefined && { reason }), told: { since, why: message } }
}

const noReason = ['ready', true, {}] as const
const drained: Reason = { why: 'Its owner has it drained.' }
const cordoned: Reason = { why: 'An operator wants nothing new on it (kubectl cordon).' }

/** Returns why a device gets hardly anything more; nothing where it does. */
function restingWords(node: Node, nowMs: number): readonly string[] {
  const [failures, losses] = [readDeviceMemory(node), readDeviceLosses(node)]
  return [
    ...(failures.untilMs > nowMs ? [failingWords(failures)] : []),
    ...(losses.untilMs > nowMs ? [unsteadyWords(losses)] : []),
  ]
}

function unsteadyWords({ backMs, untilMs }: DeviceLosses): string {
  return `It was lost and came back ${backMs.length} times within an hour: until ${untilOf(untilMs)} it gets new ones only where no other device has room. Look at its line and its power.`
}

function untilOf(untilMs: number): string {
  return `${new Date(untilMs).toISOString().slice(0, 19)}Z`
}

function failingWords({ instances, untilMs }: DeviceMemory): string {
  return `Pods of ${instances.length} instances failed on it in a row, and none ran (${instances.join(', ')}): until ${untilOf(untilMs)} it gets new ones only where no other device has room. The first one that is ready there ends that.`
}

/** A pod that has taken a part of a device. */
export type Holder = {
  readonly namespace: string
  readonly name: string
  readonly amount: number
  /** Whether its containers have ever run. */
  readonly hasStarted: boolean
}

/** Returns who has taken how much of a dimension of a device, the largest part first. */
export function holdersOf(
  { pods }: Pick<DeviceView, 'pods'>,
  dimension: Dimension,
): readonly Holder[] {
  return pods
    .map((pod) => ({
      ...nameOf(pod),
      amount: askedOf(pod)[dimension],
      hasStarted: hasStarted(pod),
    }))
    .filter(({ amount }) => amount > 0)
    .toSorted((left, right) => right.amount - left.amount || (left.name < right.name ? -1 : 1))
}

function hasStarted({ status }: Pod): boolean {
  return (status?.containerStatuses ?? []).some(
    ({ state, lastState }) =>
      state?.running !== undefined ||
      state?.terminated !== undefined ||
      lastState?.terminated !== undefined,
  )
}
