import type { Address } from 'viem'

import type { Launch } from './deployment.ts'
import { parseFounders } from './founders.ts'
import { readNetwork } from './networks.ts'

/** Who launches a local network for a test or a benchmark. */
export type LocalLaunch = {
  /** Has everything that a founder can have, the faucet too. */
  readonly account: Address
  /** The masternode's hot key, where that is another. */
  readonly signer?: Address
  /** Start of period 0, in seconds since 1970. */
  readonly genesisTime: number
}

/** Returns the launch of a local network by one account. */
export function createLocalLaunch({ account, signer = account, genesisTime }: LocalLaunch): Launch {
  const parameters = readNetwork('local')
  const founders = parseFounders(
    {
      genesisTime,
      owner: account,
      masternodes: [
        {
          signer,
          operator: account,
          tlsKeyHash: `0x${'1'.repeat(64)}`,
          region: 'eu-west-1',
          endpoint: 'masternode.example:4433',
        },
      ],
      priceSigners: [account],
      founders: [{ account, bps: 10_000 }],
      keyHolders: [{ holder: account, count: parameters.keys.foundingCount }],
      faucet: account,
    },
    parameters,
  )
  return { parameters, founders }
}
