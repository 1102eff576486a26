import { hash } from 'node:crypto'

import { parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { createPeriodTree, multiproofOf, type Multiproof, type RewardLeaf } from '@nexqloud/rules'
import { bytesToHex, keccak256, numberToHex, slice } from 'viem'

import { push } from '../../packages/control/src/settle/push.ts'
import { acceptRoot, END } from './accept-root.ts'
import { call } from './lease-network.ts'
import { createLoadGenesis, createSenders, createSigner, type Action } from './load.ts'
import type { Stage, StagedWorkload } from './run-stages.ts'

/** Who is paid: addresses that own something already, or such that nobody used. */
export type Payees = 'used' | 'fresh'

/** One period’s payouts, and how many of them are paid. */
export type PayoutPlan = {
  readonly payees: Payees
  /** Leaves of the period. */
  readonly payouts: number
  /** Claims, evenly spread over the leaves; all of them are pushed where this is left out. */
  readonly claims?: number
}

/** Whoever claims sends for himself; so many senders keep any of them from what a pool holds of one. */
const CLAIMERS = 200

/** Returns a period’s rewards as a masternode pushes them, or as each of some owners would claim his with a proof of his own. */
export async function createPayoutWorkload(plan: PayoutPlan): Promise<StagedWorkload> {
  const { payees, payouts, claims } = plan
  const senders = createSenders(1 + CLAIMERS)
  const [masternode, ...claimers] = senders
  if (masternode === undefined) throw new RangeError('There is no masternode.')
  const rewards = Array.from({ length: payouts }, (_, index) => rewardOf(index))
  const genesis = await createLoadGenesis(senders, {
    gasLimit: 30_000_000n,
    owners: payees === 'used' ? rewards.map(({ account }) => account) : [],
  })
  const tree = createPeriodTree({ rewards, bills: [], credits: [] }, (bytes) =>
    hash('keccak-256', bytes, 'buffer'),
  )
  const sign = createSigner()
  const sum = rewards.reduce((total, { amount }) => total + amount, 0n)
  const setup = (await acceptRoot(masternode, tree, sum)).map(([from, actions]): Stage => {
    return { from, transactions: actions.map((each) => sign(masternode, each)), isCounted: false }
  })
  const transactions =
    claims === undefined
      ? (await pushAll(rewards, tree)).map((each) => sign(masternode, each))
      : placesOf(claims, payouts).map((place, index) => {
          const claimer = claimers[index % CLAIMERS] ?? masternode
          return sign(claimer, pay([rewards[place]!], multiproofOf(tree, [place])))
        })
  return { genesis, stages: [...setup, { from: END, transactions, isCounted: true }] }
}

/** Returns so many places among the leaves, evenly spread. */
function placesOf(claims: number, payouts: number): readonly number[] {
  return Array.from({ length: claims }, (_, index) => Math.floor((index * payouts) / claims))
}

/** What a masternode’s settler sends, in the batches and with the proofs that it takes. */
async function pushAll(
  rewards: readonly RewardLeaf[],
  tree: ReturnType<typeof createPeriodTree>,
): Promise<readonly Action[]> {
  const sent: Action[] = []
  const ledger = {
    payRewards: async (_: number, part: readonly RewardLeaf[], proof: Multiproof) => {
      sent.push(pay(part, proof))
      return true
    },
    payBills: () => Promise.reject(new Error('There is no bill.')),
    payCredits: () => Promise.reject(new Error('There is no credit.')),
  }
  const computed = {
    root: { period: parsePeriod(0) },
    leaves: { rewards, bills: [], credits: [] },
    tree,
  }
  const unpaid = { rewards: rewards.map((_, place) => place), bills: [], credits: [] }
  await push(ledger, computed, unpaid)
  return sent
}

function pay(rewards: readonly RewardLeaf[], { nodes, flags }: Multiproof): Action {
  const proof = { nodes: nodes.map((node) => bytesToHex(node)), flags }
  // What its estimate comes to, and the three tenths that a masternode adds.
  const gas = 200_000n + 60_000n * BigInt(rewards.length)
  return call(contracts.settlement, 'payRewards', { args: [0n, rewards, proof], gas })
}

/** Amounts, scores and uptimes of as many digits as on a network that is grown. */
function rewardOf(index: number): RewardLeaf {
  return {
    account: parseAddress(slice(keccak256(numberToHex(index)), 12)),
    device: parseDeviceId(index + 1),
    amount: 100_000_000_000_007n + BigInt(index),
    uptimeSeconds: 60 * (index % 6),
    scoreHundredths: 100 + (index % 9000),
  }
}
