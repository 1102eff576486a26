import type { Filter } from '../filter/filter.ts'
import type { Ec2Kind, Tagged } from '../resource/kinds.ts'
import type { Resource } from '../resource/resource.ts'
import type { Transaction } from '../resource/transaction.ts'

/** How a request names what it asks for. */
export type Naming = {
  readonly ids?: readonly string[] | undefined
  readonly Filters?: readonly Filter[] | undefined
  /** The filter that looks at the id, e.g. `instance-id`. */
  readonly idFilter: string
}

/**
 * Returns the resources among which those are that a request asks for, the older first: where it names ids, itself or by a filter without wildcards,
 * no others are looked at.
 */
export function namedRows<Spec extends Tagged>(
  transaction: Transaction,
  kind: Ec2Kind<Spec>,
  naming: Naming,
): readonly Resource<Spec>[] {
  const ids = idsOf(naming)
  if (ids === undefined) return transaction.list(kind)
  const found = [...new Set(ids)].flatMap((id) => transaction.find(kind, id) ?? [])
  return found.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
}

function idsOf({ ids = [], Filters = [], idFilter }: Naming): readonly string[] | undefined {
  if (ids.length > 0) return ids
  const values = Filters.find(({ Name }) => Name === idFilter)?.Values
  return values?.some((value) => /[*?\\]/.test(value)) === true ? undefined : values
}

function keyOf({ order, id }: Resource<unknown>): string {
  return `${order}/${id}`
}
