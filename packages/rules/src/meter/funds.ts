/** What an account has at a moment, as far as what it can start and keep running follows from it. */
export type Funds = {
  /** Chain second. */
  readonly at: number
  /** What new leases may use, in wei; below 0 the account is insolvent. */
  readonly spendable: bigint
  /** What all open leases cost together, and may at most: micro-USD an hour. */
  readonly rateSum: bigint
  readonly maxRate: bigint
  /** Whether the masternode that asks may open leases. */
  readonly isApproved: boolean
  readonly weiPerMicroUsd: bigint
  /** What a lease sets aside when it opens: its cost for so long. */
  readonly bufferSeconds: number
}

/** Why an account cannot pay for a lease; the contract's words, and one for what no size that is sold holds. */
export type FundsRefusal = 'NotApproved' | 'TooLarge' | 'RateAboveLimit' | 'FundsTooLow'

const HOUR = 3600n

/** Returns what is left of funds at a later second, if nothing but time passes. */
export function fundsAt(funds: Funds, at: number): Funds {
  if (at <= funds.at) return funds
  return { ...funds, at, spendable: funds.spendable - costFor(funds, funds.rateSum, at - funds.at) }
}

/** Nobody is told of what is further off, and dates end somewhere: seconds. */
const CENTURY = 100n * 365n * 86_400n

/** Returns the first chain second in which nothing is spendable any more at today's price; undefined while nothing runs, or where that lasts a century. */
export function dryAt({ at, spendable, rateSum, weiPerMicroUsd }: Funds): number | undefined {
  if (rateSum === 0n || weiPerMicroUsd === 0n) return undefined
  if (spendable <= 0n) return at
  const runway = (spendable * HOUR) / (rateSum * weiPerMicroUsd)
  return runway < CENTURY ? at + Number(runway) : undefined
}

/** Returns why an account cannot pay for one more lease of a rate whose start costs so many buffers; nothing where it can. */
export function findRefusal(funds: Funds, rate: bigint, buffers = 1): FundsRefusal | undefined {
  if (rate === 0n) return 'TooLarge'
  if (!funds.isApproved) return 'NotApproved'
  if (funds.rateSum + rate > funds.maxRate) return 'RateAboveLimit'
  const needed = bufferOf(funds, rate) * BigInt(buffers)
  return funds.spendable < needed ? 'FundsTooLow' : undefined
}

/** Returns funds once a lease has opened that runs since then: its buffer is set aside, and what it has cost since is reserved. */
export function withLease(funds: Funds, rate: bigint, startedAt = funds.at): Funds {
  const ran = costFor(funds, rate, funds.at - startedAt)
  return {
    ...funds,
    spendable: funds.spendable - bufferOf(funds, rate) - ran,
    rateSum: funds.rateSum + rate,
  }
}

/** Returns funds once a lease has closed that ended then: its buffer is free, what it cost up to its end stays reserved. */
export function withoutLease(funds: Funds, rate: bigint, endedAt = funds.at): Funds {
  const rateSum = funds.rateSum > rate ? funds.rateSum - rate : 0n
  const ahead = costFor(funds, rate, funds.at - endedAt)
  return { ...funds, spendable: funds.spendable + bufferOf(funds, rate) + ahead, rateSum }
}

function bufferOf(funds: Funds, rate: bigint): bigint {
  return costFor(funds, rate, funds.bufferSeconds)
}

function costFor({ weiPerMicroUsd }: Funds, rate: bigint, seconds: number): bigint {
  return (rate * weiPerMicroUsd * BigInt(seconds)) / HOUR
}
