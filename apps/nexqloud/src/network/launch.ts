import { join } from 'node:path'

import {
  createGenesis,
  formatGenesis,
  parseFounders,
  readNetwork,
  readRecordedRelease,
  type Founders,
  type GethGenesis,
  type Parameters,
} from '@nexqloud/contracts'
import type { Clock } from '@nexqloud/kernel'

import { readIfPresent, writeOnce } from '../whole-file.ts'
import { NetworkFileError, OtherNetworkError } from './errors.ts'
import { makeFounderKeys, type FounderKeys } from './founder-keys.ts'

/** Where a masternode of the local network is reached by devices. */
const masternodeEndpoint = '127.0.0.1:4433'

/** A network whose genesis lies in the data folder. */
export type LaunchedNetwork = {
  /** The genesis as parsed JSON: what geth, anvil and our own node start from. */
  readonly genesis: GethGenesis
  readonly genesisFile: string
  /** Whether this start has made it. */
  readonly isNew: boolean
}

/**
 * Returns the local network of a data folder. The first start makes it: keys of its founders (`keys/`), who launches it
 * (`founders.json`), and genesis (`genesis.json`), whose time is now; later starts read it back. Each file appears whole
 * and is never replaced, so a start that was killed is finished by the next one.
 *
 * @throws {@link NetworkFileError} where a file is there and cannot be used.
 * @throws {@link OtherNetworkError} where the folder holds another network.
 */
export async function launchLocalNetwork(
  dataFolder: string,
  { clock }: { readonly clock: Pick<Clock, 'wallMs'> },
): Promise<LaunchedNetwork> {
  const parameters = readNetwork('local')
  const genesisFile = join(dataFolder, 'genesis.json')
  const present = await readIfPresent(genesisFile)
  const text = present ?? (await makeGenesis(dataFolder, { parameters, nowMs: clock.wallMs() }))
  const genesis = parseGenesisFile(text, { file: genesisFile, parameters })
  return { genesis, genesisFile, isNew: present === undefined }
}

/**
 * Returns a genesis from the text of its file.
 *
 * @throws {@link NetworkFileError} where it is none.
 * @throws {@link OtherNetworkError} where it is that of another chain.
 */
export function parseGenesisFile(
  text: string,
  { file, parameters }: { readonly file: string; readonly parameters: Parameters },
): GethGenesis {
  const genesis = parseJson(text, file) as Partial<GethGenesis> | null
  const chainId = genesis?.config?.chainId
  if (typeof chainId !== 'number' || genesis?.alloc === undefined) {
    throw new NetworkFileError(file, 'it is not a genesis file.')
  }
  if (chainId !== parameters.chain.chainId) {
    const problem = `its chain id is ${chainId}, that of ${parameters.chain.name} is ${parameters.chain.chainId}`
    throw new OtherNetworkError(file, problem)
  }
  return genesis as GethGenesis
}

type Making = { readonly parameters: Parameters; readonly nowMs: number }

async function makeGenesis(dataFolder: string, { parameters, nowMs }: Making): Promise<string> {
  const keys = await makeFounderKeys(dataFolder)
  const file = join(dataFolder, 'founders.json')
  const chosen = foundersOf(keys, { parameters, nowMs })
  const text = await writeOnce({ file, text: `${JSON.stringify(chosen, null, 2)}\n` })
  const founders = parseFounders(parseJson(text, file), parameters)
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
  { parameters, nowMs }: Making,
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
        endpoint: masternodeEndpoint,
      },
    ],
    priceSigners: [addresses['price-signer']],
    founders: [{ account: owner, bps: 10_000 }],
    keyHolders: [{ holder: owner, count: parameters.keys.foundingCount }],
    faucet,
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NetworkFileError(file, `it is not JSON: ${String(error)}`)
  }
}
