import { formatEgress } from '@nexqloud/control'
import { MOST_EGRESS_PASSAGES, type Passage } from '@nexqloud/kernel'

import { parseCidr } from '../network/cidr.ts'

/** What a device is told of where an instance may send. */
export type InstanceEgress = {
  /** As its pod's annotation says it; nothing where the instance may send wherever tenants may. */
  readonly text: string | undefined
  /** How many passages are left out, as a device would not take them. */
  readonly leftOut: number
}

/** Returns what a device is told of what an instance's groups let out. The wider passages come first: where not all of them find room, they count. */
export function instanceEgressOf(egress: readonly Passage[]): InstanceEgress {
  // Devices are closed to IPv6, whatever groups say.
  const known = egress.flatMap((passage) => {
    const block = parseCidr(passage.cidr)
    return block?.family === 4 ? [{ passage, length: block.length }] : []
  })
  const isOpen = known.some(({ passage, length }) => length === 0 && isAll(passage))
  if (isOpen) return { text: undefined, leftOut: 0 }
  const sorted = known.toSorted((one, other) => one.length - other.length)
  return {
    text: formatEgress(sorted.map(({ passage }) => passage)),
    leftOut: Math.max(0, sorted.length - MOST_EGRESS_PASSAGES),
  }
}

function isAll({ protocol }: Passage): boolean {
  return protocol === undefined
}
