import type { SettledPeriod } from './settled-period.ts'
import type { Verdict } from './verify-period.ts'

/** Returns what a program is told of a period by the chain. */
export function periodDocument({ accepted, record, payments, income }: SettledPeriod) {
  const { period, startTime, endTime, start, end } = record.blocks
  return {
    period,
    startTime,
    endTime,
    startBlock: Number(start.number),
    endBlock: Number(end.number),
    files: record.files,
    unheldFiles: record.unheld,
    root: accepted.root,
    inputs: accepted.inputs,
    signatures: accepted.signatures,
    acceptedAt: accepted.acceptedAt,
    potWei: record.facts.pot,
    rewardsWei: accepted.rewards,
    paidRewards: payments.rewards.map(({ amount, ...paid }) => ({ ...paid, amountWei: amount })),
    bills: payments.bills.map(({ paid, shortfall, ...bill }) => ({
      ...bill,
      paidWei: paid,
      shortfallWei: shortfall,
    })),
    credits: payments.credits.map(({ amount, ...credit }) => ({ ...credit, amountWei: amount })),
    income: {
      ownersWei: income.owner,
      masternodesWei: income.masternode,
      reserveWei: income.reserve,
      networkWei: income.network,
    },
  }
}

/** Returns what a program is told of a verification. */
export function verdictDocument(verdict: Verdict) {
  const { settlement, differences, dissent } = verdict
  const { leaves, root } = settlement
  return {
    ...periodDocument(verdict),
    isVerified: differences.length === 0,
    differences,
    outvoted: dissent,
    computed: {
      root: root.root,
      inputs: root.inputs,
      rewardsWei: root.rewards,
      rewards: leaves.rewards.map(({ amount, ...leaf }) => ({ ...leaf, amountWei: amount })),
      bills: leaves.bills,
      credits: leaves.credits.map(({ amount, ...leaf }) => ({ ...leaf, amountWei: amount })),
    },
  }
}
