/** What a period's devices did, column by column: place `i` of each is device `i`. */
export type RewardRows = {
  /** Ids, strictly ascending. */
  readonly devices: Uint32Array
  /** QloudScore in the period; 0 for a device that became active within it. */
  readonly scoreHundredths: Uint16Array
  readonly uptimeSeconds: Uint32Array
}

/** What a period's devices earn, in wei. */
export type Rewards = {
  /** By place; together the pot, or all 0 where nobody weighs anything. */
  readonly amounts: readonly bigint[]
  /** What nobody earned: 0, or the whole pot, which goes to the development fund. */
  readonly unearned: bigint
}

/**
 * Returns each device's reward. Its weight is `scoreHundredths × uptimeSeconds`, its share `⌊pot × weight / Σ weight⌋`; the wei
 * that rounding leaves go one each to the largest remainders, among equal ones to the lowest ids. A device without weight
 * earns nothing. Takes O(n log n).
 *
 * @throws RangeError where the columns differ in length or the ids do not ascend.
 */
export function shareRewards(pot: bigint, rows: RewardRows): Rewards {
  assertRows(rows)
  const weights = weigh(rows)
  const total = weights.reduce((sum, weight) => sum + weight, 0n)
  if (total === 0n) return { amounts: Array.from(weights, () => 0n), unearned: pot }
  const amounts: bigint[] = []
  const remainders = new BigUint64Array(weights.length)
  let left = pot
  weights.forEach((weight, index) => {
    const scaled = pot * weight
    const amount = scaled / total
    amounts.push(amount)
    remainders[index] = scaled - amount * total
    left -= amount
  })
  addOneEach(amounts, remainders, Number(left))
  return { amounts, unearned: 0n }
}

/** 2³² devices of 10,000 hundredths and 86,400 s weigh less than 2⁶² together. */
function weigh({ scoreHundredths, uptimeSeconds }: RewardRows): BigUint64Array {
  const weights = new BigUint64Array(scoreHundredths.length)
  for (let index = 0; index < weights.length; index += 1) {
    weights[index] = BigInt((scoreHundredths[index] ?? 0) * (uptimeSeconds[index] ?? 0))
  }
  return weights
}

/** Adds 1 to the `count` amounts with the largest remainders; fewer than there are remainders above 0. */
function addOneEach(amounts: bigint[], remainders: BigUint64Array, count: number): void {
  if (count === 0) return
  const sorted = remainders.toSorted()
  const least = sorted[sorted.length - count] ?? 0n
  const above = sorted.length - 1 - sorted.lastIndexOf(least)
  let equal = count - above
  remainders.forEach((remainder, index) => {
    if (remainder < least || (remainder === least && equal === 0)) return
    if (remainder === least) equal -= 1
    amounts[index] = (amounts[index] ?? 0n) + 1n
  })
}

function assertRows({ devices, scoreHundredths, uptimeSeconds }: RewardRows): void {
  const lengths = [devices.length, scoreHundredths.length, uptimeSeconds.length]
  if (new Set(lengths).size > 1) throw new RangeError(`Columns of ${lengths.join(', ')} devices.`)
  const wrong = devices.findIndex((id, index) => index > 0 && id <= (devices[index - 1] ?? 0))
  if (wrong > 0) throw new RangeError(`Device ${devices[wrong]} follows ${devices[wrong - 1]}.`)
}
