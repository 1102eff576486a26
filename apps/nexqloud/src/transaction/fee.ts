import type { FeeOffer } from '@nexqloud/ledger'

/** What a wallet can pay a fee from. */
export type Means = {
  readonly balance: bigint
  /** What the transaction itself moves, in wei. */
  readonly value: bigint
  readonly gas: bigint
}

/**
 * Room above what a node estimates: 1 gwei. The base fee begins at 0, and any share of 0 is 0, so an offer without room
 * would stay behind for ever once blocks fill and the base fee rises. Only what the block asks is paid.
 */
const room = 10n ** 9n

/**
 * Returns the offer with as much room above it as the wallet can pay, so that who has nothing can still send where
 * nothing is asked; `undefined` where the wallet cannot pay the offer itself.
 */
export function offerWithRoom(
  offer: FeeOffer,
  { balance, value, gas }: Means,
): FeeOffer | undefined {
  const payable = (balance - value) / gas
  if (balance < value || payable < offer.maxFeePerGas) return undefined
  const wanted = offer.maxFeePerGas + room
  return { ...offer, maxFeePerGas: wanted < payable ? wanted : payable }
}
