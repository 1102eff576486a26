import type { Session } from '../session/session.ts'
import { FundsTooLowError } from './errors.ts'
import { offerWithRoom } from './fee.ts'
import { nextBlock, type Intent } from './intent.ts'
import type { Sender } from './sender.ts'

/** Estimates are of the state now; when a period begins in between, the contracts have more to do. */
const gasMarginPercent = 30n

/**
 * Asks the node for what a transaction needs besides its intent.
 *
 * @throws {@link FundsTooLowError} where the wallet cannot pay for it.
 */
export async function agreeTerms(
  { ledger: { client } }: Session,
  { wallet, account: { address } }: Sender,
  intent: Intent,
) {
  const { value = 0n, data } = intent
  const [estimate, offer, nonce, balance] = await Promise.all([
    client.estimateGas({ account: address, ...intent, ...nextBlock }),
    client.estimateFeesPerGas(),
    client.getTransactionCount({ address, ...nextBlock }),
    client.getBalance({ address }),
  ])
  const gas = data === undefined ? estimate : withMargin(estimate)
  const fees = offerWithRoom(offer, { balance, value, gas })
  if (fees === undefined) {
    const needed = value + gas * offer.maxFeePerGas
    throw new FundsTooLowError({ wallet: wallet.name, balance, needed })
  }
  return { gas, nonce, ...fees }
}

function withMargin(gas: bigint): bigint {
  return gas + (gas * gasMarginPercent) / 100n
}
