/** What a container is given: quantities of Kubernetes. */
export type Resources = {
  readonly requests: Readonly<Record<'cpu' | 'memory', string>>
  readonly limits: Readonly<Record<'cpu' | 'memory', string>>
}

type Row = readonly [cpuMilli: number, memoryMi: number, baselineMilli?: number]

/**
 * Sizes by the names that people have in their scripts: thousandths of a CPU, MiB, and for the family that bursts, what it may use all
 * the time: that much is set aside, more is used while it is free. Sources: aws.amazon.com/ec2/instance-types (t3, m5, c5), and "Key
 * concepts for burstable performance instances" for the baselines.
 */
const sizes: Readonly<Record<string, Row>> = {
  't3.nano': [2000, 512, 100],
  't3.micro': [2000, 1024, 200],
  't3.small': [2000, 2048, 400],
  't3.medium': [2000, 4096, 400],
  't3.large': [2000, 8192, 600],
  't3.xlarge': [4000, 16_384, 1600],
  't3.2xlarge': [8000, 32_768, 3200],
  'm5.large': [2000, 8192],
  'm5.xlarge': [4000, 16_384],
  'm5.2xlarge': [8000, 32_768],
  'c5.large': [2000, 4096],
  'c5.xlarge': [4000, 8192],
  'c5.2xlarge': [8000, 16_384],
}

/** The names, for whoever mistypes one. */
export const sizeNames = Object.keys(sizes)

/** Returns what a size gives; nothing where there is none of this name. */
export function resourcesOf(name: string): Resources | undefined {
  const row = Object.hasOwn(sizes, name) ? sizes[name] : undefined
  if (row === undefined) return undefined
  const [cpuMilli, memoryMi, baselineMilli = cpuMilli] = row
  const memory = `${memoryMi}Mi`
  return {
    requests: { cpu: `${baselineMilli / 1000}`, memory },
    limits: { cpu: `${cpuMilli / 1000}`, memory },
  }
}
