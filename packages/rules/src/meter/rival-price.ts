import type { InstanceType } from './instance-types.ts'

/** When the prices of others were looked up. */
export const rivalPricesAsOf = '2026-03'

/**
 * Micro-dollars an hour of EC2's sizes: on demand, Linux, Northern Virginia, without disk, address and traffic. Source:
 * aws.amazon.com/ec2/pricing/on-demand.
 */
const ec2: Readonly<Record<string, number>> = {
  't3.nano': 5200,
  't3.micro': 10_400,
  't3.small': 20_800,
  't3.medium': 41_600,
  't3.large': 83_200,
  't3.xlarge': 166_400,
  't3.2xlarge': 332_800,
  'm5.large': 96_000,
  'm5.xlarge': 192_000,
  'm5.2xlarge': 384_000,
  'c5.large': 85_000,
  'c5.xlarge': 170_000,
  'c5.2xlarge': 340_000,
}

/** Fargate, same place and system: a CPU, a GiB of memory. Source: aws.amazon.com/fargate/pricing. */
const [FARGATE_CPU, FARGATE_GIB] = [40_480, 4445]

type Task = readonly [cpuMilli: number, leastGib: number, mostGib: number, stepGib: number]

/** Sizes of a Fargate task: each CPU has a range of memory, in steps. Source: docs.aws.amazon.com, "Fargate task definition considerations". */
const tasks: readonly Task[] = [
  [250, 0.5, 0.5, 1],
  [250, 1, 2, 1],
  [500, 1, 4, 1],
  [1000, 2, 8, 1],
  [2000, 4, 16, 1],
  [4000, 8, 30, 1],
  [8000, 16, 60, 4],
  [16_000, 32, 120, 8],
]

/** What a size costs elsewhere, in micro-dollars an hour, rounded to whole ones; nothing where it is not sold there. */
export type RivalPrices = { readonly ec2?: number; readonly fargate?: number }

/** Returns what others take for a size: for what it may use all the time, as Fargate has no CPU that bursts. */
export function rivalPricesOf({ name, baselineMilli, memoryMi }: InstanceType): RivalPrices {
  const memoryGib = memoryMi / 1024
  const prices = tasks.flatMap(([cpuMilli, least, most, step]) => {
    if (cpuMilli < baselineMilli || most < memoryGib) return []
    const gib = least + Math.ceil(Math.max(0, memoryGib - least) / step) * step
    return [Math.round((cpuMilli * FARGATE_CPU) / 1000 + gib * FARGATE_GIB)]
  })
  const sold = ec2[name]
  return {
    ...(sold !== undefined && { ec2: sold }),
    ...(prices.length > 0 && { fargate: Math.min(...prices) }),
  }
}
