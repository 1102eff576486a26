import { join } from 'node:path'

import { readNetwork, type NetworkName } from '@nexqloud/contracts'

import { makePrivateFolder, readIfPresent, writeOnce } from '../whole-file.ts'
import { GenesisMissingError, NetworkFileError, OtherNetworkError } from './errors.ts'
import { parseGenesisFile, type LaunchedNetwork } from './launch.ts'

/**
 * Returns a network of which others launched: the main one, or a local one elsewhere. The first start takes its genesis
 * file; later starts read it back, and refuse another one.
 *
 * @throws {@link GenesisMissingError} where the folder has no genesis and none is named.
 * @throws {@link NetworkFileError} where the file is not there or is no genesis.
 * @throws {@link OtherNetworkError} where the folder holds another network.
 */
export async function joinNetwork(
  dataFolder: string,
  {
    network,
    genesis: named,
  }: { readonly network: NetworkName; readonly genesis?: string | undefined },
): Promise<LaunchedNetwork> {
  const parameters = readNetwork(network)
  const genesisFile = join(dataFolder, 'genesis.json')
  const present = await readIfPresent(genesisFile)
  const given = named === undefined ? undefined : await readNamed(named)
  const text = present ?? given
  if (text === undefined) throw new GenesisMissingError(parameters.chain.name)
  const file = present === undefined ? (named ?? genesisFile) : genesisFile
  const genesis = parseGenesisFile(text, { file, parameters })
  if (present !== undefined && given !== undefined && present !== given) {
    throw new OtherNetworkError(genesisFile, `it is not the same file as ${named}`)
  }
  if (present === undefined) {
    await makePrivateFolder(dataFolder)
    await writeOnce({ file: genesisFile, text, mode: 0o644 })
  }
  return { genesis, genesisFile, isNew: present === undefined }
}

async function readNamed(file: string): Promise<string> {
  const text = await readIfPresent(file)
  if (text === undefined) throw new NetworkFileError(file, 'there is no such file.')
  return text
}
