import { readFeeOffer, type FeeOffer } from '@nexqloud/ledger'

import type { Session } from '../session/session.ts'
import { FundsTooLowError, RefusedError } from './errors.ts'
import { offerWithRoom } from './fee.ts'
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
  { ledger }: Session,
  { wallet, account: { address } }: Sender,
  intent: Intent,
): Promise<Terms> {
  const { client } = ledger
  const { value = 0n, data } = intent
  const known = intent.gas
  const [estimate, offer, balance] = await asRefusal(
    Promise.all([
      known ?? client.estimateGas({ account: address, ...intent, ...nextBlock }),
      readFeeOffer(ledger),
      client.getBalance({ address }),
    ]),
  )
  const gas = known ?? (data === undefined ? estimate : withMargin(estimate))
  const fees = offerWithRoom(offer, { balance, value, gas })
  if (fees === undefined) {
    const needed = value + gas * offer.maxFeePerGas
    throw new FundsTooLowError({ wallet: wallet.name, balance, needed })
  }
  return { gas, ...fees }
}

/**
 * Asks the node for what each of several transactions of one kind needs, and whether the wallet can pay for all of them. What stands in the state
 * before them is less for the last one than for the first: both are tried, and the larger need counts; one that waits for those before it cannot be.
 *
 * @throws as {@link agreeTerms} does.
 */
export async function agreeBatchTerms(
  session: Session,
  { wallet, account: { address } }: Sender,
  intents: readonly [Intent, ...Intent[]],
): Promise<Terms> {
  const { client } = session.ledger
  const estimate = async (intent: Intent): Promise<bigint> =>
    asRefusal(client.estimateGas({ account: address, ...intent, ...nextBlock }))
  const last = intents.at(-1) ?? intents[0]
  const [first, another, offer, balance] = await Promise.all([
    estimate(intents[0]),
    intents.length === 1 ? 0n : estimate(last).catch(noneIfRefused),
    asRefusal(readFeeOffer(session.ledger)),
    asRefusal(client.getBalance({ address })),
  ])
  const gas = withMargin(first > another ? first : another)
  const all = gas * BigInt(intents.length)
  const value = intents.reduce((sum, intent) => sum + (intent.value ?? 0n), 0n)
  const fees = offerWithRoom(offer, { balance, value, gas: all })
  if (fees === undefined) {
    const needed = value + all * offer.maxFeePerGas
    throw new FundsTooLowError({ wallet: wallet.name, balance, needed })
  }
  return { gas, ...fees }
}

function noneIfRefused(failure: unknown): bigint {
  if (failure instanceof RefusedError) return 0n
  throw failure
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
