import { annotations, payerOf } from '@nexqloud/control'
import { runwayThresholds } from '@nexqloud/rules'

import { showSpan } from '../unit.ts'
import type { Concern } from './network-status.ts'

/** A namespace, as far as it says who pays for it. */
export type PaidNamespace = NonNullable<Parameters<typeof payerOf>[0]>

/** Returns that an account soon pays no more for what runs in a namespace; nothing where it lasts longer than a week, or nobody knows. */
export function runwayConcern(namespace: PaidNamespace, nowMs: number): readonly Concern[] {
  const { name = '', annotations: written = {} } = namespace.metadata ?? {}
  const account = payerOf(namespace)
  const left = Math.floor((Date.parse(written[annotations.paidUntil] ?? '') - nowMs) / 1000)
  const isOwn = (written[annotations.notedFor] ?? account) === account
  if (account === undefined || !isOwn || Number.isNaN(left) || left >= runwayThresholds[0])
    return []
  const span = left > 0 ? `for another ${showSpan(BigInt(left))}` : 'no more'
  const what = `The account ${account} pays ${span} for what runs in the namespace ${name}.`
  return [{ what, try: `nexqloud account deposit --to ${account} --amount N` }]
}
