import { numberToHex, type Hex } from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'

import { ask } from './chain-process.ts'

/** People who send as fast as they are answered, and remember what was acknowledged. */
export type Load = {
  readonly addresses: readonly Hex[]
  /** Hashes that a node has acknowledged, ever. */
  readonly acknowledged: ReadonlySet<Hex>
  /** Sends to a node until it fails or the signal aborts. */
  readonly run: (url: string, signal: AbortSignal) => Promise<void>
}

const CHAIN_ID = 5_134_418

/** Returns a load of so many people. */
export function createLoad(people: number): Load {
  const acknowledged = new Set<Hex>()
  const accounts = Array.from({ length: people }, (_, index) =>
    privateKeyToAccount(numberToHex(77_000 + index, { size: 32 })),
  )
  return {
    addresses: accounts.map(({ address }) => address),
    acknowledged,
    run: async (url, signal) => {
      await Promise.all(accounts.map((account) => send(account, { url, signal, acknowledged })))
    },
  }
}

type Sending = {
  readonly url: string
  readonly signal: AbortSignal
  readonly acknowledged: Set<Hex>
}

/** Goes on where the node says that the account stands; what is not answered may or may not have been taken. */
async function send(account: PrivateKeyAccount, { url, signal, acknowledged }: Sending) {
  try {
    let nonce = Number(await ask(url, 'eth_getTransactionCount', account.address, 'pending'))
    while (!signal.aborted) {
      const raw = await account.signTransaction({
        chainId: CHAIN_ID,
        nonce,
        to: account.address,
        value: 1n,
        gas: 21_000n,
        maxFeePerGas: 10n ** 9n,
        maxPriorityFeePerGas: 1n,
      })
      acknowledged.add((await ask(url, 'eth_sendRawTransaction', raw)) as Hex)
      nonce += 1
    }
  } catch {
    // The node is gone, or refused: what it acknowledged before is what counts.
  }
}

/** Returns the acknowledged transactions that a node does not have, neither in a block nor waiting. */
export async function findLost(url: string, { acknowledged }: Load): Promise<readonly Hex[]> {
  const hashes = [...acknowledged]
  const lost: Hex[] = []
  for (let at = 0; at < hashes.length; at += 100) {
    const part = hashes.slice(at, at + 100)
    const found = await Promise.all(part.map((hash) => ask(url, 'eth_getTransactionByHash', hash)))
    lost.push(...part.filter((_, index) => found[index] === null))
  }
  return lost
}
