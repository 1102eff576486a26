import type {
  AcceptedRoot,
  ChargedBill,
  PaidReward,
  Payments,
  PeriodLease,
  Settlement,
} from '@nexqloud/ledger'
import { leaseCost, type BillLeaf, type RewardLeaf } from '@nexqloud/rules'

import { showNxq } from '../unit.ts'
import { compareCredits } from './compare-credits.ts'

/** Something on the chain that does not follow from the files and the chain. */
export type Difference = {
  /** Stable name that programs may rely on. */
  readonly code:
    | 'inputs'
    | 'rewards'
    | 'root'
    | 'rewardUnknown'
    | 'rewardTwice'
    | 'rewardAccount'
    | 'rewardAmount'
    | 'rewardsUnlogged'
    | 'billUnknown'
    | 'billTwice'
    | 'billSeconds'
    | 'billAmount'
    | 'creditUnknown'
    | 'creditAmount'
    | 'hold'
  readonly text: string
}

/** How leases are charged in a period. */
export type LeasePrice = {
  readonly weiPerMicroUsd: bigint
  /** Those that ran in it. */
  readonly leases: readonly PeriodLease[]
  /** Chain second from which a bill may be passed without charge. */
  readonly passedFrom: number
}

/** What was agreed and paid, beside what follows. */
export type Comparison = {
  readonly settlement: Settlement
  readonly accepted: AcceptedRoot
  readonly payments: Payments
  readonly price: LeasePrice
}

/** Returns all that differs, in the order in which one follows from the other. */
export function findDifferences(comparison: Comparison): readonly Difference[] {
  return [
    ...compareRoots(comparison),
    ...compareRewards(comparison),
    ...compareRewardsLeft(comparison),
    ...compareBills(comparison),
    ...compareCredits(comparison),
  ]
}

function compareRoots({ settlement: { root }, accepted }: Comparison): readonly Difference[] {
  const found: Difference[] = []
  if (accepted.inputs !== root.inputs) {
    const text = `The root on the chain names the inputs ${accepted.inputs}; those of the chain have the hash ${root.inputs}.`
    found.push({ code: 'inputs', text })
  }
  if (accepted.rewards !== root.rewards) {
    const text = `The root on the chain has rewards of ${showNxq(accepted.rewards)}; by the files they are ${showNxq(root.rewards)}.`
    found.push({ code: 'rewards', text })
  }
  if (accepted.root !== root.root) {
    const text = `The root on the chain is ${accepted.root}; by the files it is ${root.root}.`
    found.push({ code: 'root', text })
  }
  return found
}

function compareRewards({ settlement, payments }: Comparison): readonly Difference[] {
  const leafOf = new Map(settlement.leaves.rewards.map((leaf) => [leaf.device, leaf]))
  const isPaid = new Set<number>()
  return payments.rewards.flatMap((paid) => {
    const isAgain = isPaid.has(paid.device)
    isPaid.add(paid.device)
    return compareReward(paid, leafOf.get(paid.device), isAgain)
  })
}

function compareReward(
  { device, account, amount }: PaidReward,
  leaf: RewardLeaf | undefined,
  isAgain: boolean,
): readonly Difference[] {
  const paid = `Device ${device} was paid ${showNxq(amount)}`
  if (leaf === undefined) {
    return [{ code: 'rewardUnknown', text: `${paid}; it was not active when the period began.` }]
  }
  if (isAgain) return [{ code: 'rewardTwice', text: `${paid} a second time.` }]
  const found: Difference[] = []
  if (leaf.account !== account) {
    const text = `${paid} to ${account}; its owner was ${leaf.account}.`
    found.push({ code: 'rewardAccount', text })
  }
  if (leaf.amount !== amount) {
    const text = `${paid}; by the files it earned ${showNxq(leaf.amount)}.`
    found.push({ code: 'rewardAmount', text })
  }
  return found
}

/** Whoever answers may leave out logs; what the contract has left is asked for apart. */
function compareRewardsLeft({ accepted, payments }: Comparison): readonly Difference[] {
  const paid = accepted.rewards - payments.rewardsLeft
  const logged = payments.rewards.reduce((sum, { amount }) => sum + amount, 0n)
  if (logged === paid) return []
  const text = `By the logs rewards of ${showNxq(logged)} were paid; by what the contract has left they were ${showNxq(paid)}.`
  return [{ code: 'rewardsUnlogged', text }]
}

function compareBills({ settlement, payments, price }: Comparison): readonly Difference[] {
  const leafOf = new Map(settlement.leaves.bills.map((leaf) => [nameOf(leaf), leaf]))
  const rateOf = new Map(price.leases.map((lease) => [nameOf(lease), lease.rate]))
  const isBilled = new Set<string>()
  return payments.bills.flatMap((bill) => {
    const name = nameOf(bill)
    if (isBilled.has(name)) return [{ code: 'billTwice', text: `${toldOf(bill)} a second time.` }]
    isBilled.add(name)
    const [leaf, rate] = [leafOf.get(name), rateOf.get(name)]
    if (leaf === undefined || rate === undefined) {
      return [{ code: 'billUnknown', text: `${toldOf(bill)}; it did not run in the period.` }]
    }
    const cost = leaseCost(rate, price.weiPerMicroUsd, bill.seconds)
    return compareBill(bill, {
      leaf,
      cost,
      isPassed: bill.seconds === 0 && bill.at >= price.passedFrom,
    })
  })
}

type ExpectedBill = {
  readonly leaf: BillLeaf
  /** Of the seconds that were billed, in wei. */
  readonly cost: bigint
  /** Whether it could be passed without charge by then. */
  readonly isPassed: boolean
}

function compareBill(
  bill: ChargedBill,
  { leaf, cost, isPassed }: ExpectedBill,
): readonly Difference[] {
  if (bill.seconds !== leaf.seconds && !isPassed) {
    const text = `${toldOf(bill)}; by the files it ran for ${leaf.seconds} s.`
    return [{ code: 'billSeconds', text }]
  }
  const charged = bill.paid + bill.shortfall
  if (charged === cost) return []
  const text = `${toldOf(bill)}, ${showNxq(charged)}; at its rate that is ${showNxq(cost)}.`
  return [{ code: 'billAmount', text }]
}

function toldOf({ instance, token, seconds }: ChargedBill): string {
  return `The lease ${token} of ${instance} was billed for ${seconds} s`
}

/** Returns what a lease is known by. */
export function nameOf({ instance, token }: Pick<BillLeaf, 'instance' | 'token'>): string {
  return `${instance}/${token}`
}
