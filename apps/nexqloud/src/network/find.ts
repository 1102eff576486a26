import { join } from 'node:path'

import { readNetwork, type NetworkName } from '@nexqloud/contracts'

import { readIfPresent } from '../whole-file.ts'
import { GenesisMissingError, NetworkFileError, OtherNetworkError } from './errors.ts'
import { parseNetworkGenesis, type NetworkGenesis } from './genesis.ts'

/** Which network is meant. */
export type WantedNetwork = {
  readonly network: NetworkName
  /** The genesis file of a network that others launched. */
  readonly genesis?: string | undefined
}

/** What is found, and the text of its file. */
export type FoundGenesis = NetworkGenesis & { readonly text: string }

/**
 * Returns the genesis that a data folder holds, else the named one; changes nothing.
 *
 * @throws {@link GenesisMissingError} where the folder has no genesis and none is named.
 * @throws {@link NetworkFileError} where the file is not there or is no genesis.
 * @throws {@link OtherNetworkError} where the folder holds another network.
 */
export async function findGenesis(
  dataFolder: string,
  { network, genesis: named }: WantedNetwork,
): Promise<FoundGenesis> {
  const parameters = readNetwork(network)
  const genesisFile = join(dataFolder, 'genesis.json')
  const present = await readIfPresent(genesisFile)
  const given = named === undefined ? undefined : await readNamed(named)
  const text = present ?? given
  if (text === undefined) throw new GenesisMissingError(parameters.chain.name)
  const file = present === undefined ? (named ?? genesisFile) : genesisFile
  const genesis = parseNetworkGenesis(text, { file, parameters })
  if (present !== undefined && given !== undefined && present !== given) {
    throw new OtherNetworkError(genesisFile, `it is not the same file as ${named}`)
  }
  return { genesis, genesisFile: file, isNew: false, text }
}

async function readNamed(file: string): Promise<string> {
  const text = await readIfPresent(file)
  if (text === undefined) throw new NetworkFileError(file, 'there is no such file.')
  return text
}
