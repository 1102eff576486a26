import { contracts } from '@nexqloud/ledger'
import { encodeEventTopics } from 'viem'

import { createPayoutWorkload, type Payees } from './chain/payout-workload.ts'
import { runStages } from './chain/run-stages.ts'
import { defineBench, median, type Case, type Result, type Sample } from './src/index.ts'

const PAYOUTS = 20_000
/** Of the same period, each with a proof of its own: what one costs does not depend on how many others are claimed. */
const CLAIMS = 4000
/** What the founder has of the first period is kept for him. */
const KEPT = 1

/**
 * A period's payouts as a masternode's settler pushes them, a hundred in a transaction with one multiproof, beside the usual Merkle claim: a transaction for
 * each, with a proof of its own. No package has a ready claim contract for coins; the rival is `payRewards` with one leaf, in the same contract, on the
 * same node. One that has no proxy, pot and guard would take less.
 *
 * What a payout of a batch does not pay: 21,000 gas of a transaction, 15 nodes of a proof (a batch has as many for all), the slots of the root and
 * the pot, and the word of the bitmap, which 256 devices share. What is left is the event, the coins' way, and for a fresh address 25,000 for its account.
 *
 * Medians of three, on two cores with a load of 5 to 13: gas 17,061 beside 78,050 (used) and 42,061 beside 103,050 (fresh); 1.46 ms beside 4.59, and 1.06
 * beside 4.65.
 */
export const bench = defineBench({
  description: `A period of ${PAYOUTS.toLocaleString('en')} payouts, pushed in batches with multiproofs, from pool to durable block, against one claim transaction each.`,
  samples: 3,
  cases: {
    pushedToUsed: paying('used', PAYOUTS),
    claimedByUsed: paying('used', CLAIMS),
    pushedToFresh: paying('fresh', PAYOUTS),
    claimedByFresh: paying('fresh', CLAIMS),
  },
  judge: ({ pushedToUsed, claimedByUsed, pushedToFresh, claimedByFresh }) => [
    ...compare('used', { pushed: pushedToUsed, claimed: claimedByUsed }, 1 / 3),
    ...compare('fresh', { pushed: pushedToFresh, claimed: claimedByFresh }, 1 / 1.8),
  ],
})

function paying(payees: Payees, paid: number): Case {
  const plan = { payees, payouts: PAYOUTS, ...(paid < PAYOUTS && { claims: paid }) }
  return async (measure) => runStages(measure, await createPayoutWorkload(plan))
}

type Contestants = { readonly pushed: readonly Sample[]; readonly claimed: readonly Sample[] }

function compare(
  payees: Payees,
  { pushed, claimed }: Contestants,
  gasAtMost: number,
): readonly Result[] {
  for (const sample of pushed) assertPaid(sample, PAYOUTS)
  for (const sample of claimed) assertPaid(sample, CLAIMS)
  const gas = ({ facts }: Sample): number => Number(facts['countedGas'])
  const cpu = ({ facts }: Sample): number => Number(facts['countedCpuSeconds'])
  const what = `payouts to ${payees} addresses, against claims`
  return [
    {
      what,
      unit: 'gas each',
      ours: median(pushed, gas) / PAYOUTS,
      rival: median(claimed, gas) / CLAIMS,
      goal: { figure: 'ratio', atMost: gasAtMost },
    },
    {
      what,
      unit: 'CPU-microseconds each',
      ours: (median(pushed, cpu) / PAYOUTS) * 1e6,
      rival: (median(claimed, cpu) / CLAIMS) * 1e6,
      goal: { figure: 'ratio', atMost: 1 / 1.8 },
    },
  ]
}

/** A payout that breaks a rule is left out of its batch silently, and one that is refused is kept: so the events are counted. */
function assertPaid({ facts }: Sample, wanted: number): void {
  const { abi } = contracts.settlement
  const countOf = (eventName: 'RewardPaid' | 'PaymentKept'): number =>
    Number(facts[encodeEventTopics({ abi, eventName })[0]] ?? 0)
  const [paid, kept] = [countOf('RewardPaid'), countOf('PaymentKept') - KEPT]
  if (paid !== wanted || kept !== 0)
    throw new Error(`${paid} of ${wanted} were paid, ${kept} kept.`)
}
