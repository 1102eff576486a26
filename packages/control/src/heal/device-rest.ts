import { kinds } from '@nexqloud/kube'

import { readDeviceMemory, type DeviceMemory } from '../object/device-memory.ts'
import { annotations } from '../object/names.ts'
import { isConditionTrue, toIso, type Node, type Pod } from '../object/object.ts'
import type { HealBench } from './act.ts'
import { delayMs } from './failure-memory.ts'
import type { Action } from './plan.ts'

/** One instance that fails may be broken itself, and two may be; of so many it is the device that all have in common. */
const FAILING_INSTANCES = 3
/** As many are remembered: more do not make it worse. */
const MOST_INSTANCES = 8
/** How long a failing device rests; doubled for each further instance. */
const restBackOff = { firstMs: 600_000, mostMs: 21_600_000 }

/** Returns what is remembered of a device once one more instance has failed there, and nothing ran meanwhile. */
export function rememberInstance(
  { instances: before }: DeviceMemory,
  instance: string,
  nowMs: number,
): DeviceMemory {
  const others = before.filter((each) => each !== instance)
  const instances = [...others, instance].slice(-MOST_INSTANCES)
  const times = instances.length - FAILING_INSTANCES + 1
  return { instances, untilMs: times < 1 ? 0 : nowMs + delayMs(restBackOff, times) }
}

/** A pod, its device, and all pods that are there. */
export type PodOnDevice = {
  readonly pod: Pod | undefined
  /** Nothing where the pod has none. */
  readonly node: Node | undefined
  /** By uid. */
  readonly beside: ReadonlyMap<string, Pod>
}

/**
 * Remembers on its node what a pod tells of its device: that it failed there, or is ready. Where another pod is ready, the device
 * works: then it is not to blame, and nobody's broken instances keep others from it.
 */
export async function noteDevice(
  bench: HealBench,
  plan: Action,
  { pod, node, beside }: PodOnDevice,
): Promise<void> {
  if (node === undefined || pod === undefined) return
  if (isConditionTrue(pod, 'Ready')) return noteSuccess(bench, node)
  if (plan.do !== 'replace' || !plan.cause.isPodFailure) return
  if ([...beside.values()].some((each) => isConditionTrue(each, 'Ready'))) return
  const { namespace = '', name = '' } = pod.metadata ?? {}
  await noteFailure(bench, node, `${namespace}/${name}`)
}

async function noteFailure(
  { client, clock, record }: HealBench,
  node: Node,
  instance: string,
): Promise<void> {
  const before = readDeviceMemory(node)
  const after = rememberInstance(before, instance, clock.wallMs())
  await writeMemory(client, node, after)
  const { length: count } = after.instances
  if (after.untilMs === 0 || count === before.instances.length) return
  const until = toIso(after.untilMs)
  const message = `Pods of ${count} instances failed here in a row, and none ran: new ones come only where no other device has room, until ${until}`
  await record({ ...node, kind: 'Node' }, { type: 'Warning', reason: 'DeviceFailing', message })
}

/** What failed there before is forgiven. */
async function noteSuccess({ client, record }: HealBench, node: Node): Promise<void> {
  const { instances, untilMs } = readDeviceMemory(node)
  if (instances.length === 0) return
  await writeMemory(client, node, undefined)
  if (untilMs === 0) return
  const message = 'A pod is ready here again: the device gets new ones as any other one'
  await record({ ...node, kind: 'Node' }, { type: 'Normal', reason: 'DeviceWorks', message })
}

async function writeMemory(
  client: HealBench['client'],
  { metadata = {} }: Node,
  memory: DeviceMemory | undefined,
): Promise<void> {
  const value = memory === undefined ? null : JSON.stringify(memory)
  const body = { metadata: { annotations: { [annotations.failing]: value } } }
  await client.patch(kinds.nodes, { name: metadata.name ?? '' }, { type: 'merge', body })
}
