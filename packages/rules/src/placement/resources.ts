import type { Rounding } from './quantity.ts'

/** What devices have and pods ask for, with the word that people read. */
export const dimensions = {
  cpuMilli: 'cpu',
  memoryBytes: 'memory',
  diskBytes: 'disk',
  pods: 'pods',
} as const

/** A row of {@link dimensions}. */
export type Dimension = keyof typeof dimensions

/** How much of each; whole numbers, in the unit that the name says. */
export type Resources = { readonly [Name in Dimension]: number }

/** The dimensions, in the order in which they are told. */
export const dimensionNames = Object.keys(dimensions) as readonly Dimension[]

/** Nothing of anything. */
export const noResources: Resources = { cpuMilli: 0, memoryBytes: 0, diskBytes: 0, pods: 0 }

/** Returns the sum. */
export function addResources(left: Resources, right: Resources): Resources {
  return combine(left, right, (one, other) => one + other)
}

/** Returns what is left; below 0 where more is taken than there is. */
export function subtractResources(left: Resources, right: Resources): Resources {
  return combine(left, right, (one, other) => one - other)
}

/** Returns the larger one of each dimension. */
export function largestResources(left: Resources, right: Resources): Resources {
  return combine(left, right, Math.max)
}

/** Whether there is enough of everything that is asked; what is not asked may be lacking. */
export function hasRoom(free: Resources, asked: Resources): boolean {
  return (
    hasEnough(free.cpuMilli, asked.cpuMilli) &&
    hasEnough(free.memoryBytes, asked.memoryBytes) &&
    hasEnough(free.diskBytes, asked.diskBytes) &&
    hasEnough(free.pods, asked.pods)
  )
}

/** Whether an amount serves; who asks for nothing is served always. */
export function hasEnough(free: number, asked: number): boolean {
  return asked <= 0 || free >= asked
}

/** Returns an amount as people read it, in tenths, e.g. `6 GiB`, `1.5 CPU`; what is asked is rounded up, what there is down. */
export function formatAmount(dimension: Dimension, amount: number, rounding: Rounding): string {
  if (dimension === 'pods') return String(amount)
  if (dimension === 'cpuMilli') return `${amount / 1000} CPU`
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = Math.min(5, Math.max(0, Math.floor(Math.log2(Math.max(1, amount)) / 10)))
  const tenths = (amount / 1024 ** power) * 10
  return `${(rounding === 'up' ? Math.ceil(tenths) : Math.floor(tenths)) / 10} ${units[power]}`
}

function combine(
  left: Resources,
  right: Resources,
  of: (one: number, other: number) => number,
): Resources {
  return {
    cpuMilli: of(left.cpuMilli, right.cpuMilli),
    memoryBytes: of(left.memoryBytes, right.memoryBytes),
    diskBytes: of(left.diskBytes, right.diskBytes),
    pods: of(left.pods, right.pods),
  }
}
