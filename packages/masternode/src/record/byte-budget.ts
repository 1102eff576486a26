/** What may be read in a second, and at once: bytes. */
export type ByteRate = { readonly perSecond: number; readonly burst: number }

/** How much of logs is read, fair among accounts. */
export type ByteBudget = {
  /** Takes bytes that were read for an account; returns how many milliseconds to wait before more is. */
  readonly take: (account: string, bytes: number) => number
}

/** A chatty container writes some kilobytes a second; one that writes more is of use by its newest lines. */
export const logRates: { readonly account: ByteRate; readonly total: ByteRate } = {
  account: { perSecond: 64 << 10, burst: 1 << 20 },
  total: { perSecond: 1 << 20, burst: 8 << 20 },
}

type Bucket = { left: number; filledMs: number }

/** Returns a budget of which nothing is taken; `nowMs` never falls. */
export function createByteBudget(rates: typeof logRates, nowMs: () => number): ByteBudget {
  const accounts = new Map<string, Bucket>()
  const all: Bucket = { left: rates.total.burst, filledMs: nowMs() }

  function fill(bucket: Bucket, { perSecond, burst }: ByteRate): void {
    const ms = nowMs()
    bucket.left = Math.min(burst, bucket.left + ((ms - bucket.filledMs) / 1000) * perSecond)
    bucket.filledMs = ms
  }

  function takeFrom(bucket: Bucket, rate: ByteRate, bytes: number): number {
    fill(bucket, rate)
    bucket.left -= bytes
    return bucket.left < 0 ? (-bucket.left / rate.perSecond) * 1000 : 0
  }

  /** An account that has all of its budget is one that nothing is known of. */
  function forgetFull(): void {
    for (const [account, bucket] of accounts) {
      fill(bucket, rates.account)
      if (bucket.left === rates.account.burst) accounts.delete(account)
    }
  }

  return {
    take: (account, bytes) => {
      let bucket = accounts.get(account)
      if (bucket === undefined) {
        forgetFull()
        bucket = { left: rates.account.burst, filledMs: nowMs() }
        accounts.set(account, bucket)
      }
      return Math.max(takeFrom(bucket, rates.account, bytes), takeFrom(all, rates.total, bytes))
    },
  }
}
