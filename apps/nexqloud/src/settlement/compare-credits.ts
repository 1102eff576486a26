import type { PaidCredit } from '@nexqloud/ledger'

import { showNxq } from '../unit.ts'
import type { Comparison, Difference } from './find-differences.ts'

/** Returns the credits that were paid by a period's root, and do not follow from the chain. */
export function compareCredits({
  settlement,
  payments,
}: Pick<Comparison, 'settlement' | 'payments'>): readonly Difference[] {
  const leafOf = new Map(settlement.leaves.credits.map((leaf) => [nameOf(leaf), leaf.amount]))
  const paidOf = new Map<string, bigint>()
  return payments.credits.flatMap((credit): readonly Difference[] => {
    const name = nameOf(credit)
    const told = `The credit of ${credit.instance} for month ${credit.month}`
    const earned = leafOf.get(name)
    if (earned === undefined) {
      const text = `${told} was ${showNxq(credit.amount)}; by the chain none was due.`
      return [{ code: 'creditUnknown', text }]
    }
    const paid = (paidOf.get(name) ?? 0n) + credit.amount
    paidOf.set(name, paid)
    // What the network had of the instance may be less, and comes later.
    if (paid <= earned) return []
    const text = `${told} was ${showNxq(paid)}; by the chain it earned ${showNxq(earned)}.`
    return [{ code: 'creditAmount', text }]
  })
}

function nameOf({ instance, month }: Pick<PaidCredit, 'instance' | 'month'>): string {
  return `${instance}/${month}`
}
