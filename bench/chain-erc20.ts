import { runBareLoop } from './chain/bare-loop.ts'
import { createCoinWorkload } from './chain/coin-workload.ts'
import { compareThroughput } from './chain/compare-throughput.ts'
import { runOnChain } from './chain/run-chain.ts'
import { defineBench } from './src/index.ts'

const TRANSACTIONS = 3000

/**
 * Transfers of OpenZeppelin's ERC-20, from a full pool to durable blocks of 30 million gas. Nearly all of it is the VM's and
 * the tries': what is ours (pool, thread, indexes) costs the same as for plain transfers, which take a third of the time.
 */
export const bench = defineBench({
  description: `${TRANSACTIONS} ERC-20 transfers by 200 senders, from pool to durable block, against a bare loop.`,
  samples: 3,
  cases: {
    ours: async (measure) => runOnChain(measure, await createCoinWorkload(TRANSACTIONS)),
    rival: async (measure) => runBareLoop(measure, await createCoinWorkload(TRANSACTIONS)),
  },
  judge: ({ ours, rival }) =>
    compareThroughput(
      { ours, rival },
      { what: 'ERC-20 transfers', count: TRANSACTIONS, goal: 0.9 },
    ),
})
