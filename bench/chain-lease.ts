import { contracts } from '@nexqloud/ledger'
import { encodeEventTopics } from 'viem'

import { createCoinWorkload } from './chain/coin-workload.ts'
import { createCycleWorkload, createOpenCloseWorkload } from './chain/lease-workload.ts'
import { runOnChain } from './chain/run-chain.ts'
import { runStages } from './chain/run-stages.ts'
import { defineBench, median, type Sample } from './src/index.ts'

const LEASES = 500
const TRANSFERS = 2000

/**
 * Leases on the network's own contracts, beside single transfers of OpenZeppelin's ERC-20 on the same node. A cycle holds
 * the settlement of its period too: files, what is held, the signed root, and the proofs of the bills.
 *
 * What a lease spends that a transfer does not, as profiles of the executing thread showed it:
 * - eight slots written instead of two, all of them an account's own, while transfers among 200 people write the same ones
 *   again. Tries that are changed slot by slot were half of it; they are changed once a block now.
 * - calls of other contracts: a proxy makes two frames of each, and the interpreter takes 8 KB for a frame. A batch asks
 *   once for all of its items.
 * - 1,600 instructions instead of 300, 23 of them reads of slots, most of which the transaction has read before.
 *
 * A transfer's largest part is its place in the tries of its block's transactions and receipts, a quarter of it: what makes
 * those cheaper lowers the ratios here.
 */
export const bench = defineBench({
  description: `${LEASES} leases in batches of 50, each of an account of its own, on 50 devices of 50 owners, from pool to durable block, against ${TRANSFERS} single ERC-20 transfers.`,
  samples: 3,
  cases: {
    operations: async (measure) => runStages(measure, await createOpenCloseWorkload(LEASES)),
    cycles: async (measure) => runStages(measure, await createCycleWorkload(LEASES)),
    transfers: async (measure) => runOnChain(measure, await createCoinWorkload(TRANSFERS)),
  },
  judge: ({ operations, cycles, transfers }) => {
    for (const sample of [...operations, ...cycles]) {
      assertHappened(sample, ['LeaseOpened', 'LeaseClosed'])
    }
    for (const sample of cycles) assertHappened(sample, ['LeaseBilled'])
    const rival = median(transfers, ({ cpuSeconds }) => TRANSFERS / cpuSeconds)
    return [
      {
        what: 'leases opened and closed, against ERC-20 transfers',
        unit: 'operations per CPU-second',
        ours: median(operations, (sample) => (2 * LEASES) / cpuOf(sample)),
        rival,
        goal: { figure: 'ratio', atLeast: 0.45 },
      },
      {
        what: 'whole leases: opened, billed, closed, against ERC-20 transfers',
        unit: 'cycles per CPU-second',
        ours: median(cycles, (sample) => LEASES / cpuOf(sample)),
        rival,
        goal: { figure: 'ratio', atLeast: 0.15 },
      },
    ]
  },
})

function cpuOf({ facts }: Sample): number {
  return Number(facts['countedCpuSeconds'])
}

/** An item of a batch that breaks a rule is left out silently: so the events are counted. */
function assertHappened(
  { facts }: Sample,
  names: readonly ('LeaseOpened' | 'LeaseBilled' | 'LeaseClosed')[],
): void {
  for (const eventName of names) {
    const [topic] = encodeEventTopics({ abi: contracts.leases.abi, eventName })
    const count = facts[topic] ?? 0
    if (count !== LEASES) throw new Error(`There are ${count} of ${eventName}, not ${LEASES}.`)
  }
}
