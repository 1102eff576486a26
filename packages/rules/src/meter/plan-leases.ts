import type { DeviceId, InstanceKey } from '@nexqloud/kernel'

/** From a second up to, not with, another one. */
export type Wait = { readonly from: number; readonly to: number }

/** An instance whose pod is on a device. */
export type PlacedInstance = {
  readonly instance: InstanceKey
  readonly device: DeviceId
  /** Chain second in which its pod was made. */
  readonly madeAt: number
  /** Chain second in which it was seen ready first; nothing while it never was. */
  readonly readySince: number | undefined
  /** When it was wanted and had no device, through no fault of its tenant: chain seconds, from each up to, not with, its end. */
  readonly waits: readonly Wait[]
  /** The kind that it is paid as. */
  readonly kind: number
  /** Listed kinds that do not hold it. */
  readonly tooSmall: ReadonlySet<number>
}

/** The newest lease of an instance. */
export type LastLease = {
  readonly token: bigint
  readonly device: DeviceId
  readonly kind: number
  readonly startedAt: number
  /** Chain second; nothing while it is open. */
  readonly end: number | undefined
}

/** Names a lease. */
export type LeaseRef = { readonly instance: InstanceKey; readonly token: bigint }

/** A lease that is to be opened. */
export type LeaseOpening = LeaseRef & {
  readonly device: DeviceId
  readonly kind: number
  readonly startedAt: number
  /** Seconds since its last lease in which it waited. */
  readonly waited: number
}

/** What makes the chain agree with what runs. */
export type LeasePlan = {
  readonly closings: readonly LeaseRef[]
  readonly openings: readonly LeaseOpening[]
}

/**
 * Returns which leases are to be closed and opened, each in the order that it was given in. A lease belongs to the pod that was there when it began, on its
 * device, in a kind that holds it; what has no such pod any more is closed, and opened again once it is ready elsewhere. One of a kind that was
 * chosen once stays, though another one is cheaper by now or that is not sold any more.
 *
 * `earliestStart` is the first second that the contract takes an opening for now.
 */
export function planLeases(
  placed: readonly PlacedInstance[],
  leases: ReadonlyMap<InstanceKey, LastLease>,
  earliestStart: number,
): LeasePlan {
  const held = new Set<InstanceKey>()
  const openings: LeaseOpening[] = []
  for (const each of placed) {
    const { instance, device, kind, readySince } = each
    const last = leases.get(instance)
    if (last !== undefined && isOpen(last)) {
      // One that is another pod's is closed first: until then the contract opens no other.
      if (belongsTo(last, each)) held.add(instance)
    } else if (readySince !== undefined) {
      const startedAt = Math.max(readySince, last?.end ?? 0, earliestStart)
      const token = (last?.token ?? 0n) + 1n
      const waited = waitedBetween(each.waits, last?.end ?? startedAt, startedAt)
      openings.push({ instance, token, device, kind, startedAt, waited })
    }
  }
  const closings = [...leases].flatMap(([instance, lease]) =>
    isOpen(lease) && !held.has(instance) ? [{ instance, token: lease.token }] : [],
  )
  return { closings, openings }
}

/** Waits that overlap count once. */
function waitedBetween(waits: readonly Wait[], start: number, end: number): number {
  let [seconds, counted] = [0, start]
  for (const { from, to } of waits.toSorted((one, other) => one.from - other.from)) {
    const [first, last] = [Math.max(from, counted), Math.min(to, end)]
    if (last <= first) continue
    seconds += last - first
    counted = last
  }
  return seconds
}

function isOpen({ end }: LastLease): boolean {
  return end === undefined
}

/** When a pod was made is told by another clock than when it was seen ready: the earlier of both counts. */
function belongsTo({ device, kind, startedAt }: LastLease, placed: PlacedInstance): boolean {
  const { madeAt, readySince = madeAt } = placed
  const isBegun = startedAt >= Math.min(madeAt, readySince)
  return device === placed.device && isBegun && !placed.tooSmall.has(kind)
}
