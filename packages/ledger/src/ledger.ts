import {
  createPublicClient,
  createWalletClient,
  getContract,
  type Account,
  type Chain,
  type Transport,
} from 'viem'

import * as generated from './generated/index.ts'

/** Through whom to speak to the chain, and in whose name. */
export type LedgerOptions<Sender extends Account | undefined> = {
  /** A network of `chains.ts`. */
  readonly chain: Chain
  /** How its node is reached, e.g. viem's `http(url)`. */
  readonly transport: Transport
  /** Whose transactions are sent; without one, each call has to name its own. */
  readonly account?: Sender
}

/** The contracts as typed objects: `ledger.leases.read.account([tenant])`. */
export type Ledger<Sender extends Account | undefined = Account> = ReturnType<
  typeof createLedger<Sender>
>

/** Returns the door to the contracts of a network. */
export function createLedger<Sender extends Account | undefined = undefined>({
  chain,
  transport,
  account,
}: LedgerOptions<Sender>) {
  const options = { chain, transport, ...(account !== undefined && { account }) }
  const reader = createPublicClient<Transport, Chain, Sender>(options)
  const client = { public: reader, wallet: createWalletClient<Transport, Chain, Sender>(options) }
  return {
    /** For blocks, balances, receipts. */
    client: reader,
    emission: getContract({ ...generated.emission, client }),
    lockedReserve: getContract({ ...generated.lockedReserve, client }),
    digitalKeys: getContract({ ...generated.digitalKeys, client }),
    devices: getContract({ ...generated.devices, client }),
    masternodes: getContract({ ...generated.masternodes, client }),
    prices: getContract({ ...generated.prices, client }),
    leases: getContract({ ...generated.leases, client }),
    settlement: getContract({ ...generated.settlement, client }),
    treasury: getContract({ ...generated.treasury, client }),
    validatorPool: getContract({ ...generated.validatorPool, client }),
  }
}
