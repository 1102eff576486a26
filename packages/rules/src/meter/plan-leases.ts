import type { DeviceId, InstanceKey } from '@nexqloud/kernel'

/** An instance whose pod is on a device. */
export type PlacedInstance = {
  readonly instance: InstanceKey
  readonly device: DeviceId
  /** Chain second in which its pod was made. */
  readonly madeAt: number
  /** Chain second in which it was seen ready first; nothing while it never was. */
  readonly readySince: number | undefined
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
      openings.push({ instance, token: (last?.token ?? 0n) + 1n, device, kind, startedAt })
    }
  }
  const closings = [...leases].flatMap(([instance, lease]) =>
    isOpen(lease) && !held.has(instance) ? [{ instance, token: lease.token }] : [],
  )
  return { closings, openings }
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
