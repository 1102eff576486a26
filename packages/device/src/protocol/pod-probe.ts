import { z } from 'zod'

import { podReference } from './pod-reference.ts'

const { uid } = podReference.shape

/** What a device is asked, of pods that it says run. */
export const probeRequest = z.object({
  pods: z
    .array(z.object({ uid, port: z.int().min(1).max(65_535) }))
    .min(1)
    .max(1024),
})

/** What a look at each of them found, those that the device does not have included. */
export const probeAnswer = z.object({
  pods: z.array(z.object({ uid, sign: z.enum(['lives', 'silent', 'held', 'ended']) })).max(1024),
})

/** Which pods are to be looked at, and at which port the network of each is to be asked. */
export type ProbeRequest = z.infer<typeof probeRequest>
/** What pods were found to be like. */
export type ProbeAnswer = z.infer<typeof probeAnswer>
