import { getContractAddress } from 'viem'

import { runBareLoop } from './chain/bare-loop.ts'
import { createCoinCode, encodeTransfer } from './chain/coin.ts'
import { compareThroughput } from './chain/compare-throughput.ts'
import { createLoadGenesis, createSenders, createSigner } from './chain/load.ts'
import { runOnChain, type Workload } from './chain/run-chain.ts'
import { defineBench } from './src/index.ts'

const TRANSACTIONS = 3000
const SENDERS = 200

/**
 * Transfers of OpenZeppelin's ERC-20, from a full pool to durable blocks of 30 million gas. Nearly all of it is the VM's and
 * the tries': what is ours (pool, thread, indexes) costs the same as for plain transfers, which take a third of the time.
 */
export const bench = defineBench({
  description: `${TRANSACTIONS} ERC-20 transfers by ${SENDERS} senders, from pool to durable block, against a bare loop.`,
  samples: 3,
  cases: {
    ours: async (measure) => runOnChain(measure, await createWorkload()),
    rival: async (measure) => runBareLoop(measure, await createWorkload()),
  },
  judge: ({ ours, rival }) =>
    compareThroughput(
      { ours, rival },
      { what: 'ERC-20 transfers', count: TRANSACTIONS, goal: 0.9 },
    ),
})

async function createWorkload(): Promise<Workload> {
  const senders = createSenders(SENDERS)
  const [first] = senders
  if (first === undefined) throw new RangeError('There are no senders.')
  const genesis = await createLoadGenesis(senders, { gasLimit: 30_000_000n })
  const sign = createSigner()
  const data = createCoinCode(senders.map(({ address }) => address))
  const preparation = [sign(first, { data, gas: 20_000_000n })]
  const coin = getContractAddress({ from: first.address, nonce: 0n })
  const counted = Array.from({ length: TRANSACTIONS }, (_, index) => {
    const [from, to] = [senders[index % SENDERS], senders[(index + 7) % SENDERS]]
    if (from === undefined || to === undefined) throw new RangeError('There are no senders.')
    return sign(from, { to: coin, data: encodeTransfer(to.address, 1n), gas: 60_000n })
  })
  return { genesis, preparation, counted }
}
