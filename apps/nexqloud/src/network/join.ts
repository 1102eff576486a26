import { join } from 'node:path'

import { makePrivateFolder, writeOnce } from '../whole-file.ts'
import { findGenesis, type WantedNetwork } from './find.ts'
import type { NetworkGenesis } from './genesis.ts'

/**
 * Returns a network that others launched: the main one, or a local one elsewhere. The first start takes its genesis
 * file; later starts read it back, and refuse another one.
 *
 * @throws as {@link findGenesis} does.
 */
export async function joinNetwork(
  dataFolder: string,
  wanted: WantedNetwork,
): Promise<NetworkGenesis> {
  const { genesis, genesisFile: found, text } = await findGenesis(dataFolder, wanted)
  const genesisFile = join(dataFolder, 'genesis.json')
  const isNew = found !== genesisFile
  if (isNew) {
    await makePrivateFolder(dataFolder)
    await writeOnce({ file: genesisFile, text, mode: 0o644 })
  }
  return { genesis, genesisFile, isNew }
}
