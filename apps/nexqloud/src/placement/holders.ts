import { holdersOf, isUsable, type DeviceView } from '@nexqloud/control'
import {
  dimensionNames,
  dimensions,
  formatAmount,
  type Blocked,
  type Dimension,
} from '@nexqloud/rules'

/** Who holds what a pod lacks, on the device that has most of it free. */
export type Holding = {
  readonly device: string
  readonly dimension: Dimension
  readonly free: number
  readonly whole: number
  readonly holders: ReturnType<typeof holdersOf>
}

/** Returns who holds what blocks a pod; nothing where it is not a matter of room. */
export function holdingOf(
  { by }: Pick<Blocked, 'by'>,
  devices: readonly DeviceView[],
): Holding | undefined {
  const dimension = dimensionNames.find((name) => by.split(' and ').includes(dimensions[name]))
  if (dimension === undefined) return undefined
  const [best] = devices
    .filter(isUsable)
    .toSorted((left, right) => right.free[dimension] - left.free[dimension])
  if (best === undefined) return undefined
  const { name: device, free, whole } = best
  return {
    device,
    dimension,
    free: free[dimension],
    whole: whole[dimension],
    holders: holdersOf(best, dimension),
  }
}

/** Holders that are named. */
const SHOWN = 5

/** Returns it as a sentence; `namespace` is the reader's own, and is not named. */
export function tellHolding(
  { device, dimension, free, whole, holders }: Holding,
  namespace: string,
): string {
  const amount = (each: number): string => formatAmount(dimension, each, 'down')
  const named = holders.slice(0, SHOWN).map((holder) => {
    const name = holder.namespace === namespace ? holder.name : `${holder.namespace}/${holder.name}`
    return `${name} ${amount(holder.amount)}${holder.hasStarted ? '' : ' (never started)'}`
  })
  const more = holders.length - named.length
  const rest = more > 0 ? ` and ${more} more` : ''
  const held = holders.length === 0 ? 'nobody holds any' : `held by ${named.join(', ')}${rest}`
  return `${device} has ${amount(free)} of ${amount(whole)} free: ${held}.`
}
