import type { DeviceId } from '@nexqloud/kernel'
import type { BillLeaf, OverlappingLease, PeriodLeaves } from '@nexqloud/rules'

/** Returns the device of the first leaf that two computations of a period differ in; nothing where that is none of a device. */
export function findDifference(
  {
    leaves,
    leases,
  }: { readonly leaves: PeriodLeaves; readonly leases: readonly OverlappingLease[] },
  theirs: PeriodLeaves,
): DeviceId | undefined {
  const reward = firstDifferent(leaves.rewards, theirs.rewards)
  if (reward !== undefined) return reward.device
  const bill = firstDifferent(leaves.bills, theirs.bills)
  return bill && deviceOf(bill, leases)
}

function firstDifferent<Leaf extends object>(
  ours: readonly Leaf[],
  theirs: readonly Leaf[],
): Leaf | undefined {
  const place = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, at) => at).find(
    (at) => textOf(ours[at]) !== textOf(theirs[at]),
  )
  return place === undefined ? undefined : (ours[place] ?? theirs[place])
}

function textOf(leaf: object | undefined): string {
  return Object.entries(leaf ?? {})
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, value]) => String(value))
    .join(' ')
}

function deviceOf(
  { instance, token }: BillLeaf,
  leases: readonly OverlappingLease[],
): DeviceId | undefined {
  return leases.find((lease) => lease.instance === instance && lease.token === token)?.device
}
