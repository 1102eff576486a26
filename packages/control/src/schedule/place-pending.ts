import { failureOf, type Blocked, type Demand, type Device } from '@nexqloud/rules'

import { nameOf, uidOf, type Pod } from '../object/object.ts'
import { bindPod, type Place } from './bind-pod.ts'
import type { DeviceIndex } from './device-index.ts'
import { withDisks, type PodDisks } from './pod-disks.ts'
import { groupOf, type PodQueue } from './pod-queue.ts'
import { podToDemand } from './read-demand.ts'
import { tellWhy, type PodWriter } from './tell-why.ts'

/** How many pods are written about at once. */
const WRITES_AT_ONCE = 64

/** After a write failed for no reason of the pod's: milliseconds until it is tried again. */
const RETRY_MS = 1000

/** What placing works with. */
export type PlacementBench = {
  readonly index: DeviceIndex
  readonly queue: PodQueue
  readonly disks: Pick<PodDisks, 'of'>
  readonly writer: PodWriter
  /** Returns the pod of this name as it was seen last. */
  readonly findPod: (name: { readonly namespace: string; readonly name: string }) => Pod | undefined
}

/** What one look at all pods has in common. */
type Pass = { readonly nowMs: number; readonly blocked: Map<string, Blocked> }

/** Binds what can be bound and tells the others why not; returns when to try again, in milliseconds since 1970. */
export async function placePending(bench: PlacementBench): Promise<number> {
  const { queue, writer } = bench
  const nowMs = writer.clock.wallMs()
  const blocked = new Map<string, Blocked>()
  const pods = queue.list()
  let retryAtMs = Number.POSITIVE_INFINITY
  for (let first = 0; first < pods.length; first += WRITES_AT_ONCE) {
    const some = pods.slice(first, first + WRITES_AT_ONCE)
    const done = await Promise.all(some.map((pod) => placeOne(bench, pod, { nowMs, blocked })))
    if (done.includes(false)) retryAtMs = Math.min(retryAtMs, nowMs + RETRY_MS)
  }
  return retryAtMs
}

/** Returns whether nothing is left to do. A pod that cannot even be looked at keeps no other from being placed. */
async function placeOne(bench: PlacementBench, pod: Pod, pass: Pass): Promise<boolean> {
  const { writer } = bench
  try {
    const { place, why } = findPlace(bench, pod, pass)
    if (place !== undefined) return await bind(bench, pod, place)
    return await tellWhy(writer, pod, why?.message ?? '')
  } catch (failure) {
    writer.onFailure(failure)
    return true
  }
}

/** Returns a pod's device, and takes its part at once: the next pod finds less. */
export function findPlace(
  { index, queue, disks }: Pick<PlacementBench, 'index' | 'queue' | 'disks'>,
  pod: Pod,
  pass: Pass,
): { readonly place?: Place; readonly why?: Blocked } {
  const read = podToDemand(pod)
  if (read.demand === undefined) return { why: refuseField(read.unsupported) }
  const { demand, why } = withDisks(read.demand, disks.of(pod))
  if (demand === undefined) return { why }
  const key = JSON.stringify(demand)
  const known = pass.blocked.get(key)
  if (known !== undefined) return { why: known }
  const group = groupOf(pod)
  const placed = index.place(demand, group, pass.nowMs)
  if (placed.device === undefined) {
    pass.blocked.set(key, placed.blocked)
    return { why: placed.blocked }
  }
  const device = placed.device.name
  const because = becauseOf(demand, placed.device, { group, nowMs: pass.nowMs })
  index.take(uidOf(pod), { device, asked: demand.asked, group })
  queue.remove(pod)
  return { place: { device, because } }
}

/** Returns by what rule a device was chosen, for people. */
function becauseOf(
  demand: Demand,
  device: Device,
  { group, nowMs }: { readonly group: string; readonly nowMs: number },
): string {
  const failure = failureOf(demand, device, nowMs)
  if (failure !== undefined) return `though it met ${failure.reason} there: no other one has room`
  const costs = 'that costs least'
  return group === ''
    ? `the one with room ${costs}`
    : `of those farthest from its replicas the one ${costs}`
}

/** Returns whether nothing is left to do. What is not bound gives back its part, unless somebody else has bound it. */
async function bind(bench: PlacementBench, pod: Pod, place: Place): Promise<boolean> {
  const { index, queue, writer, findPod } = bench
  const outcome = await bindPod(writer, pod, place)
  if (outcome === 'bound') return true
  const now = findPod(nameOf(pod))
  const isThere = now !== undefined && uidOf(now) === uidOf(pod)
  if (isThere && now.spec?.nodeName) return true
  index.release(uidOf(pod))
  if (!isThere) return true
  // Who was faster is heard of, if there was anybody.
  queue.put(pod)
  return false
}

function refuseField(field: string): Blocked {
  const hint = 'use nodeSelector, tolerations and the label nexqloud.io/group instead'
  return { by: field, message: `blocked by ${field}: it is not supported here; ${hint}` }
}
