import type { Clock } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'

import { readDeviceLosses, rememberLoss } from '../object/device-losses.ts'
import { annotations } from '../object/names.ts'
import { isSettled, toIso, toJson, type Node } from '../object/object.ts'
import type { EventRecorder } from '../object/record-event.ts'
import type { DeviceFacts } from './device-link.ts'
import type { FlapGate } from './flap-gate.ts'
import { happeningsOf } from './node-happenings.ts'
import {
  describeDevice,
  nodeChange,
  readiness,
  type KnownDevice,
  type NodeChange,
} from './node-object.ts'

/** What driving works with. */
export type DriveBench = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly record: EventRecorder
  readonly flaps: FlapGate
  readonly onFailure: (failure: unknown) => void
}

/** Makes the node, or changes what it says, where that is not what is known. */
export async function driveNode(
  bench: DriveBench,
  name: string,
  known: KnownDevice & { readonly node: Node | undefined },
): Promise<void> {
  const node = known.node ?? (await makeNode(bench, name, known.facts))
  if (node === undefined) return
  const { main, status } = nodeChange(node, known)
  if (main !== undefined) await changeNode(bench, node, main)
  if (main?.metadata?.annotations !== undefined) await tellDriver(bench, node, known.driver)
  if (status !== undefined) await tellNode(bench, node, status)
}

async function makeNode(
  { client }: DriveBench,
  name: string,
  facts: DeviceFacts | undefined,
): Promise<Node | undefined> {
  if (facts === undefined) return undefined
  const metadata = { name, ...describeDevice(facts) }
  return client.create(kinds.nodes, {}, { metadata }).catch((failure: unknown) => {
    if (!isSettled(failure)) throw failure
    return client.get(kinds.nodes, { name })
  })
}

async function changeNode(
  { client }: DriveBench,
  { metadata = {} }: Node,
  main: NonNullable<NodeChange['main']>,
): Promise<void> {
  const { name = '', resourceVersion = '' } = metadata
  const body = toJson({ ...main, metadata: { ...main.metadata, resourceVersion } })
  await client.patch(kinds.nodes, { name }, { type: 'merge', body }).catch((failure: unknown) => {
    // Somebody has changed it meanwhile: that brings it here again.
    if (!isSettled(failure)) throw failure
  })
}

/** Tells whose the device is from now on, where that is somebody else than before. */
async function tellDriver({ record }: DriveBench, node: Node, driver: string): Promise<void> {
  const before = node.metadata?.annotations?.[annotations.driver]
  if (before === driver) return
  const message = `${driver} drives the device${before === undefined ? '' : `; before, ${before} did`}.`
  await record({ ...node, kind: 'Node' }, { type: 'Normal', reason: 'DeviceDriven', message })
}

async function tellNode(
  bench: DriveBench,
  node: Node,
  status: NonNullable<Node['status']>,
): Promise<void> {
  const { client, clock, record, flaps } = bench
  const name = node.metadata?.name ?? ''
  const body = toJson({ status })
  await client.patch(kinds.nodes, { name, subresource: 'status' }, { type: 'merge', body })
  for (const happening of happeningsOf(node.status?.conditions, status.conditions)) {
    const told = flaps.pass(name, happening, clock.steadyMs())
    if (told !== undefined) await record({ ...node, kind: 'Node' }, told)
    if (happening.reason === readiness.live.reason) await noteReturn(bench, node)
  }
}

/** Remembers on its node that a device was lost and is back: what is placed on one that comes and goes is moved again and again. */
async function noteReturn({ client, clock, record }: DriveBench, node: Node): Promise<void> {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.reason !== readiness.lost.reason) return
  const losses = rememberLoss(readDeviceLosses(node), clock.wallMs())
  const body = { metadata: { annotations: { [annotations.losses]: JSON.stringify(losses) } } }
  const { name = '' } = node.metadata ?? {}
  await client.patch(kinds.nodes, { name }, { type: 'merge', body })
  if (losses.untilMs === 0) return
  const message = `It was lost and came back ${losses.backMs.length} times within an hour: new pods come only where no other device has room, until ${toIso(losses.untilMs)}`
  await record({ ...node, kind: 'Node' }, { type: 'Warning', reason: 'DeviceUnsteady', message })
}
