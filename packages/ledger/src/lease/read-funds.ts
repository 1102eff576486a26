import { parseMasternodeId, type Address, type Clock } from '@nexqloud/kernel'
import type { Funds } from '@nexqloud/rules'

import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'

/** Who asks, and by which clock. */
export type FundsReader = {
  readonly ledger: Pick<Ledger<undefined>, 'client' | 'leases' | 'masternodes' | 'prices'>
  /** The masternode's hot key. */
  readonly signer: Address
  readonly clock: Pick<Clock, 'wallMs'>
}

/** Reads what accounts have now, all of it at one block. Where the masternode is not active, no account is to blame for what it does not open. */
export async function readFunds(
  { ledger, signer, clock }: FundsReader,
  accounts: readonly Address[],
): Promise<ReadonlyMap<Address, Funds>> {
  const { leases, masternodes, prices } = ledger
  const { number: blockNumber, timestamp } = await explained(ledger.client.getBlock())
  const at = { blockNumber }
  const [id, weiPerMicroUsd, { bufferSeconds }] = await Promise.all([
    explained(masternodes.read.activeIdOf([signer], at)),
    explained(prices.read.currentPrice(at)),
    explained(leases.read.terms(at)),
  ])
  // A chain without work has no new block, and its views take no time that has passed.
  const now = Math.max(Math.floor(clock.wallMs() / 1000), Number(timestamp)) + 1
  const read = async (account: Address): Promise<Funds> => {
    const [spendable, { rateSum, maxRate }, isApproved] = await Promise.all([
      explained(leases.read.spendableAt([account, BigInt(now)], at)),
      explained(leases.read.account([account], at)),
      id === 0 || explained(leases.read.isApproved([account, parseMasternodeId(id)], at)),
    ])
    return { at: now, spendable, rateSum, maxRate, isApproved, weiPerMicroUsd, bufferSeconds }
  }
  return new Map(
    await Promise.all(accounts.map(async (account) => [account, await read(account)] as const)),
  )
}
