import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import { BaseError } from '@nexqloud/kernel'

import { readDoors } from './endpoints.ts'
import type { ReadOptions } from './option.ts'
import type { Shell } from './shell.ts'

/** Where a node of the chain answers unless it was told otherwise. */
const defaultChainUrl = 'http://127.0.0.1:8545'

/** A URL on the command line, or in a file of the data folder, cannot be used. */
class InvalidEndpointError extends BaseError {
  constructor(text: string, origin: string) {
    super(`${origin} names no http URL: ${text}.`, {
      code: 'CLI_ENDPOINT_INVALID',
      kind: 'invalid',
      hint: `Name the chain's node, e.g. --rpc ${defaultChainUrl}.`,
    })
  }
}

/** A data folder holds a network whose node does not run; another one would answer of another network. */
class NodeStoppedError extends BaseError {
  constructor(folder: string) {
    super(`The node of the data folder ${folder} does not run.`, {
      code: 'CLI_NODE_STOPPED',
      kind: 'unavailable',
      hint: `Start it with: nexqloud chain --data ${folder}. Or name another node with --rpc URL.`,
    })
  }
}

/** Returns the absolute name of the data folder: `--data`, else `NEXQLOUD_HOME`, else `~/.nexqloud`. */
export function dataFolderOf(data: string | undefined, { env }: Pick<Shell, 'env'>): string {
  return resolve(data ?? (env['NEXQLOUD_HOME'] || join(homedir(), '.nexqloud')))
}

/**
 * Returns the URL of the chain's node: `--rpc`, else what `endpoints.json` in the data folder says, unless the process that
 * wrote it was killed and left it behind, else the default port.
 *
 * @throws {@link InvalidEndpointError} where that is no http URL; {@link EndpointsUnreadableError}.
 * @throws {@link NodeStoppedError} where the folder holds a network, and its node does not run.
 */
export async function chainUrlOf(
  { rpc, data }: Pick<ReadOptions, 'rpc' | 'data'>,
  shell: Pick<Shell, 'env'>,
): Promise<string> {
  if (rpc !== undefined) return checkUrl(rpc, '--rpc')
  const folder = dataFolderOf(data, shell)
  const { chain } = await readDoors(folder)
  if (chain !== undefined) return checkUrl(chain, join(folder, 'endpoints.json'))
  if (existsSync(join(folder, 'genesis.json'))) throw new NodeStoppedError(folder)
  return defaultChainUrl
}

function checkUrl(text: string, origin: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new InvalidEndpointError(text, origin)
  return text
}
