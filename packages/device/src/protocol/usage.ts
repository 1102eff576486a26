import { z } from 'zod'

import { podReference } from './pod-reference.ts'

const used = z.object({
  /** Thousandths of a CPU, on average over the window. */
  cpuMilli: z.int().min(0),
  /** Now; of a container its working set, as the kubelet counts it. */
  memoryBytes: z.int().min(0),
})

export const usage = z.object({
  at: z.iso.datetime(),
  windowMs: z.number().min(0),
  node: used,
  pods: z
    .array(
      podReference.extend({
        containers: z.array(used.extend({ name: z.string().max(63) })).max(16),
      }),
    )
    .max(500),
})

/** What a device and its pods use: what `kubectl top` shows. */
export type Usage = z.infer<typeof usage>
