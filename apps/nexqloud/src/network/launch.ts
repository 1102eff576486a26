import { join } from 'node:path'

import {
  createGenesis,
  formatGenesis,
  parseFounders,
  readNetwork,
  readRecordedRelease,
  type Founders,
  type Parameters,
} from '@nexqloud/contracts'
import type { Clock } from '@nexqloud/kernel'
import { parseEndpoint } from '@nexqloud/ledger'

import { readIfPresent, writeOnce } from '../whole-file.ts'
import { MasternodeEndpointError } from './errors.ts'
import { makeFounderKeys, type FounderKeys } from './founder-keys.ts'
import { parseNetworkGenesis, type NetworkGenesis } from './genesis.ts'
import { parseJsonFile } from './json-file.ts'

/** What a launch takes. */
type LaunchParts = {
  readonly clock: Pick<Clock, 'wallMs'>
  /** Where devices are to dial the network's masternode, `host:port`; `127.0.0.1:4433` where it is left out. */
  readonly masternodeEndpoint?: string | undefined
}

/**
 * Returns the local network of a data folder. The first start makes it: keys of its founders (`keys/`), who launches it
 * (`founders.json`), and genesis (`genesis.json`), whose time is now; later starts read it back. Each file appears whole
 * and is never replaced, so a start that was killed is finished by the next one.
 *
 * @throws {@link NetworkFileError} where a file is there and cannot be used.
 * @throws {@link OtherNetworkError} where the folder holds another network.
 * @throws {@link MasternodeEndpointError} where nobody could dial the masternode.
 */
export async function launchLocalNetwork(
  dataFolder: string,
  { clock, masternodeEndpoint: endpoint = '127.0.0.1:4433' }: LaunchParts,
): Promise<NetworkGenesis> {
  const parameters = readNetwork('local')
  const genesisFile = join(dataFolder, 'genesis.json')
  const present = await readIfPresent(genesisFile)
  const making = { parameters, endpoint, nowMs: clock.wallMs() }
  const text = present ?? (await makeGenesis(dataFolder, making))
  const genesis = parseNetworkGenesis(text, { file: genesisFile, parameters })
  return { genesis, genesisFile, isNew: present === undefined }
}

type Making = {
  readonly parameters: Parameters
  readonly endpoint: string
  readonly nowMs: number
}

async function makeGenesis(dataFolder: string, making: Making): Promise<string> {
  const { parameters, endpoint } = making
  if (parseEndpoint(endpoint) === undefined) throw new MasternodeEndpointError(endpoint)
  const keys = await makeFounderKeys(dataFolder)
  const file = join(dataFolder, 'founders.json')
  const chosen = foundersOf(keys, making)
  const text = await writeOnce({ file, text: `${JSON.stringify(chosen, null, 2)}\n` })
  const founders = parseFounders(parseJsonFile(text, file), parameters)
  const genesis = await createGenesis(readRecordedRelease(), { parameters, founders })
  return writeOnce({
    file: join(dataFolder, 'genesis.json'),
    text: formatGenesis(genesis.file),
    mode: 0o644,
  })
}

/** One owner has everything that a founder can have; what machines sign with is apart. */
function foundersOf(
  { addresses, tlsKeyHash }: FounderKeys,
  { parameters, endpoint, nowMs }: Making,
): Founders {
  const { owner, masternode, faucet } = addresses
  return {
    genesisTime: Math.floor(nowMs / 1000),
    owner,
    masternodes: [
      {
        signer: masternode,
        operator: owner,
        tlsKeyHash,
        region: 'local',
        endpoint,
      },
    ],
    priceSigners: [addresses['price-signer']],
    founders: [{ account: owner, bps: 10_000 }],
    keyHolders: [{ holder: owner, count: parameters.keys.foundingCount }],
    faucet,
  }
}
