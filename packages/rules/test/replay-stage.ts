import {
  createGenesis,
  parseFounders,
  readNetwork,
  readRelease,
  type NetworkName,
} from '@nexqloud/contracts'
import { parseAddress, type Address } from '@nexqloud/kernel'

import { compileDoubles, type ReplayStage } from './replay.ts'

/** Returns a network at its genesis. */
export async function createStage({
  network,
  genesisTime,
  priceSigners,
}: {
  readonly network: NetworkName
  readonly genesisTime: number
  readonly priceSigners: readonly Address[]
}): Promise<ReplayStage> {
  const [artifacts, parameters] = [readRelease(), readNetwork(network)]
  const [owner, account] = [
    parseAddress(`0x${'a'.repeat(40)}`),
    parseAddress(`0x${'b'.repeat(40)}`),
  ]
  const masternode = {
    signer: account,
    operator: account,
    tlsKeyHash: `0x${'1'.repeat(64)}`,
    region: 'eu-west-1',
    endpoint: 'masternode.example:4433',
  }
  const founders = parseFounders(
    {
      genesisTime,
      owner,
      masternodes: [masternode],
      priceSigners,
      founders: [{ account, bps: 10_000 }],
      keyHolders: [{ holder: account, count: parameters.keys.foundingCount }],
      ...(network === 'local' && { faucet: account }),
    },
    parameters,
  )
  const genesis = await createGenesis(artifacts, { parameters, founders })
  return { artifacts, parameters, genesis, owner, doubles: compileDoubles() }
}
