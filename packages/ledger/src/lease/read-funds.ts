import { parseMasternodeId, type Address, type Clock } from '@nexqloud/kernel'
import { fundsAt, type Funds } from '@nexqloud/rules'

import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'

/** Who asks, and by which clock. */
export type FundsReader = {
  readonly ledger: Pick<Ledger<undefined>, 'client' | 'leases' | 'masternodes' | 'prices'>
  /** The masternode's hot key. */
  readonly signer: Address
  readonly clock: Pick<Clock, 'wallMs'>
}

/** Returns what each of some accounts has now. */
type ReadFunds = (accounts: readonly Address[]) => Promise<ReadonlyMap<Address, Funds>>

/**
 * Returns what reads accounts, all of them at one block. Where the masternode is not active, no account is to blame for what it does not open. Of an account that
 * was read at that block already nothing is asked again: with no newer one, only its time has passed.
 */
export function createFundsReader({ ledger, signer, clock }: FundsReader): ReadFunds {
  const { leases, masternodes, prices } = ledger
  let known: { readonly block: bigint; readonly funds: Map<Address, Funds> } | undefined
  return async (accounts) => {
    const block = await explained(ledger.client.getBlockNumber({ cacheTime: 0 }))
    if (known?.block !== block) known = { block, funds: new Map() }
    const { funds } = known
    const nowSeconds = Math.floor(clock.wallMs() / 1000)
    const unknown = accounts.filter((account) => !funds.has(account))
    if (unknown.length > 0) {
      const read = await readAt(block, unknown)
      for (const [account, each] of read) funds.set(account, each)
    }
    return new Map(
      accounts.flatMap((account) => {
        const found = funds.get(account)
        return found === undefined ? [] : [[account, fundsAt(found, nowSeconds + 1)] as const]
      }),
    )
  }

  async function readAt(
    blockNumber: bigint,
    accounts: readonly Address[],
  ): Promise<ReadonlyMap<Address, Funds>> {
    const at = { blockNumber }
    const [{ timestamp }, id, weiPerMicroUsd, { bufferSeconds }] = await Promise.all([
      explained(ledger.client.getBlock({ blockNumber })),
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
}
