import type { Session } from '../session/session.ts'
import { FundsTooLowError } from './errors.ts'
import { offerWithRoom, type FeeOffer } from './fee.ts'
import { nextBlock, toRefusal, type Intent } from './intent.ts'
import type { Sender } from './sender.ts'

/** Estimates are of the state now; when a period begins in between, the contracts have more to do. */
const gasMarginPercent = 30n

/** What a transaction may use, and what that may cost. */
export type Terms = FeeOffer & { readonly gas: bigint }

/**
 * Asks the node for what a transaction needs besides its intent, and its number.
 *
 * @throws {@link RefusedError} where a contract refuses it.
 * @throws {@link FundsTooLowError} where the wallet cannot pay for it.
 */
export async function agreeTerms(
  { ledger: { client } }: Session,
  { wallet, account: { address } }: Sender,
  intent: Intent,
): Promise<Terms> {
  const { value = 0n, data } = intent
  const [estimate, offer, balance] = await asRefusal(
    Promise.all([
      client.estimateGas({ account: address, ...intent, ...nextBlock }),
      client.estimateFeesPerGas(),
      client.getBalance({ address }),
    ]),
  )
  const gas = data === undefined ? estimate : withMargin(estimate)
  const fees = offerWithRoom(offer, { balance, value, gas })
  if (fees === undefined) {
    const needed = value + gas * offer.maxFeePerGas
    throw new FundsTooLowError({ wallet: wallet.name, balance, needed })
  }
  return { gas, ...fees }
}

/** Returns the number of a sender's next transaction: those that wait for their block have theirs. */
export async function readNonce(
  { ledger: { client } }: Session,
  { account: { address } }: Sender,
): Promise<number> {
  return asRefusal(client.getTransactionCount({ address, ...nextBlock }))
}

async function asRefusal<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking
  } catch (error) {
    throw toRefusal(error)
  }
}

function withMargin(gas: bigint): bigint {
  return gas + (gas * gasMarginPercent) / 100n
}
