import { MOST_EGRESS_PASSAGES, type Passage } from '@nexqloud/kernel'
import { z } from 'zod'

import { annotations } from './names.ts'
import type { Pod } from './object.ts'

const passages = z
  .array(
    z.strictObject({
      protocol: z.int().min(0).max(255).optional(),
      from: z.int().min(0).max(65_535).optional(),
      to: z.int().min(0).max(65_535).optional(),
      cidr: z.string().max(64),
    }),
  )
  .max(MOST_EGRESS_PASSAGES)

/** Returns passages as a pod's annotation says them; the first ones, where there are more than it may have. */
export function formatEgress(all: readonly Passage[]): string {
  const kept = all.slice(0, MOST_EGRESS_PASSAGES)
  return JSON.stringify(kept.map(({ protocol, from, to, cidr }) => ({ protocol, from, to, cidr })))
}

/** Returns where a pod may send what nobody has asked it for: wherever all may where it does not say, nowhere where that cannot be read. */
export function readEgress({
  metadata = {},
}: Pick<Pod, 'metadata'>): readonly Passage[] | undefined {
  const text = metadata.annotations?.[annotations.egress]
  if (text === undefined) return undefined
  try {
    return passages.parse(JSON.parse(text))
  } catch {
    return []
  }
}
