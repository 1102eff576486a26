import type { z } from 'zod'

/** The parameters that a vote may change. */
type Votable = {
  readonly emissionShares: { readonly contributorsBps: number }
  readonly incomeShares: { readonly ownerBps: number; readonly reserveBps: number }
  readonly leases: {
    readonly bufferSeconds: number
    readonly delaySeconds: number
    readonly closingRewardBps: number
  }
  readonly prices: {
    readonly stepBps: number
    readonly leastSigners: number
    readonly leastQuotes: number
  }
  readonly masternodes: { readonly witnesses: number }
}

/** Least and most, in the parameter's own unit, as the contracts let a vote set it. */
type Range = readonly [path: string, valueOf: (all: Votable) => number, least: number, most: number]

const ranges: readonly Range[] = [
  ['emissionShares.contributorsBps', (all) => all.emissionShares.contributorsBps, 6000, 10_000],
  ['incomeShares.ownerBps', (all) => all.incomeShares.ownerBps, 5000, 10_000],
  ['incomeShares.reserveBps', (all) => all.incomeShares.reserveBps, 1000, 10_000],
  ['leases.bufferSeconds', (all) => all.leases.bufferSeconds, 600, 86_400],
  ['leases.delaySeconds', (all) => all.leases.delaySeconds, 600, 7200],
  ['leases.closingRewardBps', (all) => all.leases.closingRewardBps, 0, 2000],
  ['prices.stepBps', (all) => all.prices.stepBps, 500, 5000],
  ['prices.leastSigners', (all) => all.prices.leastSigners, 7, 31],
  ['prices.leastQuotes', (all) => all.prices.leastQuotes, 5, 31],
  ['masternodes.witnesses', (all) => all.masternodes.witnesses, 3, 7],
]

/** Names every parameter that lies outside of what a vote may set. */
export function reportOutOfRange(parameters: Votable, context: z.RefinementCtx): void {
  for (const [path, valueOf, least, most] of ranges) {
    const value = valueOf(parameters)
    if (value >= least && value <= most) continue
    const message = `is ${value}; a network without a faucet takes ${least} to ${most}`
    context.addIssue({ code: 'custom', path: path.split('.'), message })
  }
}
