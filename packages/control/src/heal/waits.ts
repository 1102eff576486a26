import type { Wait } from '@nexqloud/rules'

import { labels } from '../object/names.ts'
import { hasEnded, toIso, type Pod } from '../object/object.ts'
import { isFrozen, isHalted, type Instance } from './instance.ts'

/** A time in which an instance was wanted and had no device, through no fault of its tenant. */
export type InstanceWait = {
  /** ISO 8601. */
  readonly from: string
  /** Until then; where it is not there, until a while after the next pod has a device. */
  readonly to?: string
  /** Of the instance when it began: after a change of what is to run nobody knows how long it was wanted. */
  readonly generation: number
}

/** What a pod may take to start on a device that it has: bringing an image, and whatever else, is its tenant's matter after that. */
const START_MS = 60_000
/** As many are remembered: an opening looks back to the last lease only. */
const MOST_WAITS = 8

/** Why an instance has to wait, by the cause of its pod's stop. */
const networkCauses: ReadonlySet<string> = new Set([
  'DeviceLost',
  'DeviceRemoved',
  'DeviceDraining',
])

/** Returns what an instance waited for, once its pod is stopped for a cause. */
export function waitsAfter(
  instance: Instance,
  { pod, cause, nowMs }: { readonly pod: Pod; readonly cause: string; readonly nowMs: number },
): readonly InstanceWait[] {
  const before = endedWaits(instance, pod, nowMs)
  const isWanted = !isHalted(instance) && !isFrozen(instance) && !hasEnded(pod)
  if (!isWanted || isBoundTo(instance, pod) || !networkCauses.has(cause)) return before
  // Times are whole seconds; none is to be longer than it was.
  const next = { from: toIso(nowMs + 999), generation: generationOf(instance) }
  return [...before, next].slice(-MOST_WAITS)
}

/** Whoever has chosen one device, one owner or one provider has chosen their outages: there is nothing else to be moved to. */
function isBoundTo({ spec: { template } }: Instance, { spec }: Pod): boolean {
  const wanted = spec?.nodeSelector ?? {}
  // The API takes templates that no pod can be made of.
  const { spec: made }: { readonly spec?: Pod['spec'] | null } = template
  return Boolean(made?.nodeName) || [labels.owner, labels.isp].some((each) => each in wanted)
}

/** Returns what an instance waited for, once it has to wait for the network no longer. */
export function endedWaits(
  instance: Instance,
  pod: Pod | undefined,
  nowMs: number,
): readonly InstanceWait[] {
  return (instance.status?.waits ?? []).flatMap((wait) => {
    if (wait.to !== undefined) return [wait]
    const endMs = Math.min(nowMs, startedMs(pod) ?? nowMs)
    const isKnown = wait.generation === generationOf(instance) && Date.parse(wait.from) < endMs
    return isKnown ? [{ ...wait, to: toIso(endMs) }] : []
  })
}

/** Returns when the instance of a pod waited, in chain seconds. */
export function waitsOf(instance: Instance, pod: Pod): readonly Wait[] {
  const startMs = startedMs(pod)
  // While it has no device, nobody asks.
  if (startMs === undefined) return []
  return endedWaits(instance, pod, startMs).flatMap(({ from, to = from }) => {
    const [first, last] = [from, to].map((time) => Math.floor(Date.parse(time) / 1000))
    return first !== undefined && last !== undefined && first < last
      ? [{ from: first, to: last }]
      : []
  })
}

/** Until when a pod may start, on the device that it has. */
function startedMs(pod: Pod | undefined): number | undefined {
  const placed = pod?.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'True',
  )
  const placedMs = Date.parse(placed?.lastTransitionTime ?? '')
  return Number.isNaN(placedMs) ? undefined : placedMs + START_MS
}

function generationOf({ metadata }: Instance): number {
  return metadata?.generation ?? 0
}
