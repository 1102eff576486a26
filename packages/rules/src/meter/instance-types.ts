/** A size of instances. */
export type InstanceType = {
  readonly name: string
  /** What it may use at most: thousandths of a CPU. */
  readonly cpuMilli: number
  readonly memoryMi: number
  /** What it may use all the time; less for the family that bursts. */
  readonly baselineMilli: number
}

type Row = readonly [cpuMilli: number, memoryMi: number, baselineMilli?: number]

/**
 * Sizes by the names that people have in their scripts: thousandths of a CPU, MiB, and for the family that bursts, what it may use all
 * the time: that much is set aside, more is used while it is free. Sources: aws.amazon.com/ec2/instance-types (t3, m5, c5), and "Key
 * concepts for burstable performance instances" for the baselines.
 */
const rows: Readonly<Record<string, Row>> = {
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

/** All sizes, by name. */
export const instanceTypes: ReadonlyMap<string, InstanceType> = new Map(
  Object.entries(rows).map(([name, [cpuMilli, memoryMi, baselineMilli = cpuMilli]]) => [
    name,
    { name, cpuMilli, memoryMi, baselineMilli },
  ]),
)

/** What an instance has for itself, and may use at most. */
export type InstanceShape = {
  /** Set aside for it: thousandths of a CPU. */
  readonly cpuMilli: number
  readonly limitMilli: number
  readonly memoryBytes: number
}

/** A kind of instances that the chain lists. */
export type ListedKind = {
  readonly id: number
  readonly name: string
  readonly microUsdPerHour: bigint
}

/** Returns the cheapest kind whose size holds a shape, of equal ones that with the lowest id; nothing where none does. */
export function chooseKind(
  shape: InstanceShape,
  listed: readonly ListedKind[],
): ListedKind | undefined {
  const fitting = listed.filter(
    ({ name, microUsdPerHour }) => microUsdPerHour > 0n && holds(name, shape),
  )
  return fitting.toSorted(byPrice)[0]
}

/** Returns the kinds whose size does not hold a shape, by id. */
export function findTooSmall(
  shape: InstanceShape,
  listed: readonly ListedKind[],
): ReadonlySet<number> {
  return new Set(listed.flatMap(({ id, name }) => (holds(name, shape) ? [] : [id])))
}

function holds(name: string, { cpuMilli, limitMilli, memoryBytes }: InstanceShape): boolean {
  const type = instanceTypes.get(name)
  return (
    type !== undefined &&
    type.baselineMilli >= cpuMilli &&
    type.cpuMilli >= limitMilli &&
    type.memoryMi * 2 ** 20 >= memoryBytes
  )
}

function byPrice(one: ListedKind, other: ListedKind): number {
  if (one.microUsdPerHour !== other.microUsdPerHour) {
    return one.microUsdPerHour < other.microUsdPerHour ? -1 : 1
  }
  return one.id - other.id
}
