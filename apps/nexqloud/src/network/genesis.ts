import { parseGenesis, type GenesisFile } from '@nexqloud/chain'
import type { Parameters } from '@nexqloud/contracts'
import { BaseError } from '@nexqloud/kernel'

import { NetworkFileError, OtherNetworkError } from './errors.ts'
import { parseJsonFile } from './json-file.ts'

/** The genesis of a data folder's network. */
export type NetworkGenesis = {
  readonly genesis: GenesisFile
  /** Where it lies: what geth, anvil and our own node start from. */
  readonly genesisFile: string
  /** Whether this start has put it there. */
  readonly isNew: boolean
}

/**
 * Returns a genesis from the text of its file.
 *
 * @throws {@link NetworkFileError} where it is none.
 * @throws {@link OtherNetworkError} where it is that of another chain.
 */
export function parseNetworkGenesis(
  text: string,
  { file, parameters }: { readonly file: string; readonly parameters: Parameters },
): GenesisFile {
  const genesis = parse(text, file)
  const { chainId } = genesis.config
  const { chain } = parameters
  if (chainId === chain.chainId) return genesis
  const problem = `its chain id is ${chainId}, that of ${chain.name} is ${chain.chainId}`
  throw new OtherNetworkError(file, problem)
}

function parse(text: string, file: string): GenesisFile {
  const json = parseJsonFile(text, file)
  try {
    return parseGenesis(json)
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    throw new NetworkFileError(file, error.message)
  }
}
