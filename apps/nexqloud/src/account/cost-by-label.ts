import type { InstanceKey } from '@nexqloud/kernel'

import type { Receipt } from './receipt.ts'

/** Which value of a label an instance has; nothing where it has none, `unknown` where the namespace knows no instance of that key. */
export type LabelOf = (instance: InstanceKey) => string | undefined | typeof unknown

/** It ran in another namespace, was a pod of no instance, or is gone since before labels were kept. */
export const unknown = Symbol('unknown')

/** What all instances with one value of a label cost together. */
export type LabelCost = {
  readonly value: string | undefined | typeof unknown
  readonly leases: number
  readonly seconds: number
  /** In wei. */
  readonly paid: bigint
}

/** Returns what a receipt's leases cost by the value of a label: together all that it says, the dearest first. */
export function costByLabel({ rows }: Receipt, labelOf: LabelOf): readonly LabelCost[] {
  const costs = new Map<LabelCost['value'], LabelCost>()
  for (const { instance, seconds, paid } of rows) {
    const value = labelOf(instance)
    const before = costs.get(value) ?? { value, leases: 0, seconds: 0, paid: 0n }
    costs.set(value, {
      value,
      leases: before.leases + 1,
      seconds: before.seconds + seconds,
      paid: before.paid + paid,
    })
  }
  return [...costs.values()].toSorted((left, right) => Number(right.paid - left.paid))
}

/** Returns a value of a label for people. */
export function showLabel(value: LabelCost['value']): string {
  if (value === unknown) return '(not known here)'
  return value ?? '(without it)'
}
