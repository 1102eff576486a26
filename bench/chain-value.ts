import { runBareLoop } from './chain/bare-loop.ts'
import { compareThroughput } from './chain/compare-throughput.ts'
import { createLoadGenesis, createSenders, createSigner } from './chain/load.ts'
import { runOnChain, type Workload } from './chain/run-chain.ts'
import { defineBench } from './src/index.ts'

const TRANSACTIONS = 6000
const SENDERS = 200

/** Transfers of NXQ, from a full pool to durable blocks of 30 million gas. */
export const bench = defineBench({
  description: `${TRANSACTIONS} transfers of NXQ by ${SENDERS} senders, from pool to durable block, against a bare loop.`,
  samples: 3,
  cases: {
    ours: async (measure) => runOnChain(measure, await createWorkload()),
    rival: async (measure) => runBareLoop(measure, await createWorkload()),
  },
  judge: ({ ours, rival }) =>
    compareThroughput(
      { ours, rival },
      { what: 'transfers of NXQ', count: TRANSACTIONS, goal: 0.9 },
    ),
})

async function createWorkload(): Promise<Workload> {
  const senders = createSenders(SENDERS)
  const genesis = await createLoadGenesis(senders, { gasLimit: 30_000_000n })
  const sign = createSigner()
  const counted = Array.from({ length: TRANSACTIONS }, (_, index) => {
    const [from, to] = [senders[index % SENDERS], senders[(index + 7) % SENDERS]]
    if (from === undefined || to === undefined) throw new RangeError('There are no senders.')
    return sign(from, { to: to.address, value: 1n, gas: 21_000n })
  })
  return { genesis, preparation: [], counted }
}
