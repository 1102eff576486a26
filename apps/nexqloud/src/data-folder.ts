import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import { BaseError } from '@nexqloud/kernel'
import { z } from 'zod'

import type { ReadOptions } from './option.ts'
import type { Shell } from './shell.ts'
import { isCode, readIfPresent } from './whole-file.ts'

/** Where a node of the chain answers unless it was told otherwise. */
const defaultChainUrl = 'http://127.0.0.1:8545'

/** What a running process says of its doors; only what the command line uses. */
const endpoints = z.looseObject({ chain: z.url().optional(), pid: z.int().positive().optional() })

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
 * @throws {@link InvalidEndpointError} where that is no http URL.
 * @throws {@link NodeStoppedError} where the folder holds a network, and its node does not run.
 */
export async function chainUrlOf(
  { rpc, data }: Pick<ReadOptions, 'rpc' | 'data'>,
  shell: Pick<Shell, 'env'>,
): Promise<string> {
  if (rpc !== undefined) return checkUrl(rpc, '--rpc')
  const folder = dataFolderOf(data, shell)
  const running = await readChain(join(folder, 'endpoints.json'))
  if (running !== undefined) return running
  if (existsSync(join(folder, 'genesis.json'))) throw new NodeStoppedError(folder)
  return defaultChainUrl
}

/** Returns the URL of the node that runs from a data folder; `undefined` where none does. */
async function readChain(file: string): Promise<string | undefined> {
  const text = await readIfPresent(file)
  if (text === undefined) return undefined
  const { chain, pid } = parseEndpoints(text, file)
  if (chain === undefined || (pid !== undefined && !isRunning(pid))) return undefined
  return checkUrl(chain, file)
}

function parseEndpoints(text: string, file: string): z.output<typeof endpoints> {
  try {
    return endpoints.parse(JSON.parse(text))
  } catch {
    throw new InvalidEndpointError(text.slice(0, 100), file)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Any other failure is of a process that is there and belongs to somebody else.
    return !isCode(error, 'ESRCH')
  }
}

function checkUrl(text: string, origin: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new InvalidEndpointError(text, origin)
  return text
}
