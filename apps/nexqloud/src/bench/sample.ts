import type { Sample } from '@nexqloud/bench'
import { z } from 'zod'

const figure = z.number().nonnegative()

const sample = z.object({
  cpuSeconds: figure,
  wallSeconds: figure,
  peakBytes: figure,
  grownBytes: figure,
  facts: z.record(z.string(), z.union([z.number(), z.string()])),
})

/** Returns the sample that a measuring process printed as its last line. */
export function parseSample(stdout: string): Sample {
  return sample.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''))
}
