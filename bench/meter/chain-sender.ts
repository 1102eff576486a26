import { createGate, type Address } from '@nexqloud/kernel'
import { readFeeOffer, type Ledger } from '@nexqloud/ledger'
import type { Hex, TransactionReceipt } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { CHAIN_ID, type Sender } from '../chain/load.ts'

type Intent = { readonly to: Address; readonly data: Hex; readonly gas: bigint }

/** What a masternode adds to the fee that a node asks, in wei. */
const FEE_ROOM = 10n ** 9n

/**
 * Returns what sends in one key’s name as a masternode’s queue does: the fee and the balance are asked, it is signed, sent, and its receipt read. `makeBlock` takes the place of waiting for the sequencer: it resolves once what was sent is in a durable block.
 */
export function createChainSender(
  ledger: Pick<Ledger<undefined>, 'client'>,
  { privateKey }: Sender,
  makeBlock: () => Promise<void>,
) {
  const { client } = ledger
  const account = privateKeyToAccount(privateKey)
  const pass = createGate(16)
  let last: Promise<unknown> = Promise.resolve()
  let nonce: number | undefined
  const submit = async (intent: Intent, terms: Awaited<ReturnType<typeof agree>>): Promise<Hex> => {
    nonce ??= await client.getTransactionCount({ address: account.address, blockTag: 'pending' })
    const fields = { type: 'eip1559', chainId: CHAIN_ID, ...intent, ...terms, nonce } as const
    nonce += 1
    const serializedTransaction = await account.signTransaction(fields)
    return client.sendRawTransaction({ serializedTransaction })
  }
  const agree = async () => {
    const [{ maxFeePerGas, maxPriorityFeePerGas }] = await Promise.all([
      readFeeOffer(ledger),
      client.getBalance({ address: account.address }),
    ])
    return { maxFeePerGas: maxFeePerGas + FEE_ROOM, maxPriorityFeePerGas }
  }
  return async (intent: Intent): Promise<TransactionReceipt> => {
    const terms = pass(agree)
    const sent = last.then(async () => submit(intent, await terms))
    last = sent
    const hash = await sent
    await makeBlock()
    const receipt = await client.getTransactionReceipt({ hash })
    if (receipt.status === 'reverted') throw new Error(`Transaction ${hash} failed.`)
    return receipt
  }
}
