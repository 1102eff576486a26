import type { Ledger } from './ledger.ts'

/** What a transaction offers for each unit of gas, in wei. */
export type FeeOffer = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }

/** Parts of a hundred: the base fee may rise so far until the transaction is in a block. */
const BASE_PERCENT = 120n

/** Returns what a node estimates. It is asked for base fee and tip at once: viem asks for one after the other, and whoever sends waits for both. */
export async function readFeeOffer({
  client,
}: Pick<Ledger<undefined>, 'client'>): Promise<FeeOffer> {
  const [{ baseFeePerGas }, maxPriorityFeePerGas] = await Promise.all([
    client.getBlock(),
    client.estimateMaxPriorityFeePerGas(),
  ])
  const base = ((baseFeePerGas ?? 0n) * BASE_PERCENT) / 100n
  return { maxFeePerGas: base + maxPriorityFeePerGas, maxPriorityFeePerGas }
}
