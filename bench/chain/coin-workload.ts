import { getContractAddress } from 'viem'

import { createCoinCode, encodeTransfer } from './coin.ts'
import { createLoadGenesis, createSenders, createSigner } from './load.ts'
import type { Workload } from './run-chain.ts'

const SENDERS = 200

/** Returns so many transfers of OpenZeppelin's ERC-20 among 200 people who own it already. */
export async function createCoinWorkload(transactions: number): Promise<Workload> {
  const senders = createSenders(SENDERS)
  const [first] = senders
  if (first === undefined) throw new RangeError('There are no senders.')
  const genesis = await createLoadGenesis(senders, { gasLimit: 30_000_000n })
  const sign = createSigner()
  const data = createCoinCode(senders.map(({ address }) => address))
  const preparation = [sign(first, { data, gas: 20_000_000n })]
  const coin = getContractAddress({ from: first.address, nonce: 0n })
  const counted = Array.from({ length: transactions }, (_, index) => {
    const [from, to] = [senders[index % SENDERS], senders[(index + 7) % SENDERS]]
    if (from === undefined || to === undefined) throw new RangeError('There are no senders.')
    return sign(from, { to: coin, data: encodeTransfer(to.address, 1n), gas: 60_000n })
  })
  return { genesis, preparation, counted }
}
