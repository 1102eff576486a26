import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { GenesisFile } from '@nexqloud/chain'
import { BaseError } from '@nexqloud/kernel'

import { dataFolderOf } from '../data-folder.ts'
import { findGenesis } from '../network/find.ts'
import type { NetworkGenesis } from '../network/genesis.ts'
import { joinNetwork } from '../network/join.ts'
import { launchLocalNetwork } from '../network/launch.ts'
import type { DataOptions } from '../option.ts'
import type { Shell } from '../shell.ts'

/** Which network's chain is meant. */
export type NetworkOptions = DataOptions & {
  readonly network: 'local' | 'main'
  /** The genesis file of a network that others launched. */
  readonly genesis?: string
  /** Where devices are to dial the masternode of a network that is launched now, `host:port`. */
  readonly masternodeEndpoint?: string
}

/** A chain's data folder and the network that it belongs to. */
export type NetworkFolder = {
  readonly folder: string
  readonly genesis: GenesisFile
  /** The chain's name, as its genesis says it. */
  readonly name: string
  /** Whether this start has made the network. */
  readonly isNew: boolean
}

/**
 * Returns the network of the data folder. A first start joins the one of `genesis`, or launches a local one; beside
 * blocks that are there no other network is begun.
 */
export function openNetwork(options: NetworkOptions, shell: Shell): Promise<NetworkFolder> {
  const isOfOthers = options.network === 'main' || options.genesis !== undefined
  if (isOfOthers) return joinNetworkFolder(options, shell)
  const { clock } = shell
  const { masternodeEndpoint } = options
  const launch = (folder: string) => launchLocalNetwork(folder, { clock, masternodeEndpoint })
  return openFolder(options, shell, launch)
}

/**
 * Returns the network of the data folder; a first start joins the one of `genesis`, and launches none.
 *
 * @throws {@link GenesisMissingError} where the folder has no genesis and none is named.
 */
export function joinNetworkFolder(options: NetworkOptions, shell: Shell): Promise<NetworkFolder> {
  return openFolder(options, shell, (folder) => joinNetwork(folder, options))
}

async function openFolder(
  options: NetworkOptions,
  shell: Shell,
  begin: (folder: string) => Promise<NetworkGenesis>,
): Promise<NetworkFolder> {
  const folder = dataFolderOf(options.data, shell)
  const opening = hasBlocks(folder) ? findGenesis(folder, options) : begin(folder)
  const { genesis, isNew } = await opening
  const name = Buffer.from(genesis.extraData.slice(2), 'hex').toString('ascii')
  return { folder, genesis, name, isNew }
}

function hasBlocks(folder: string): boolean {
  return existsSync(join(folder, 'chain'))
}

/** There are no blocks to look at. */
class NoChainError extends BaseError {
  constructor(folder: string) {
    super(`There is no chain in ${folder}.`, {
      code: 'CLI_NO_CHAIN',
      kind: 'notFound',
      hint: 'Name the data folder of a node with --data, or start one: nexqloud chain',
    })
  }
}

/**
 * Returns the network of a data folder in which a node has run; changes nothing.
 *
 * @throws {@link GenesisMissingError} where the folder has no genesis and none is named.
 * @throws {@link NoChainError} where none has.
 */
export async function findNetwork(options: NetworkOptions, shell: Shell): Promise<NetworkFolder> {
  const folder = dataFolderOf(options.data, shell)
  if (!hasBlocks(folder)) throw new NoChainError(folder)
  return openNetwork(options, shell)
}
