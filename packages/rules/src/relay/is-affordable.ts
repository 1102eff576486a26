/** What a relay has for what it pays for others: wei. */
export type RelayMeans = {
  readonly balance: bigint
  /** What the next call costs at most, at the fee of now. */
  readonly cost: bigint
  /** What was spent on those of the last hour. */
  readonly spent: bigint
}

/** So many more could be paid for after each: what a masternode does in its own name goes first. */
const KEPT_CALLS = 100n
/** In an hour no more than this part of what there is: fees that rise a thousandfold leave time to look. */
const HOURLY_PART = 10n

/** Whether one more call of somebody else's may be paid for. */
export function isAffordable({ balance, cost, spent }: RelayMeans): boolean {
  return balance >= KEPT_CALLS * cost && spent + cost <= balance / HOURLY_PART
}
