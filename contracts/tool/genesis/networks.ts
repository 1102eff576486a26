import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { contractsFolder } from '../solidity.ts'
import { parseParameters, type Parameters } from './parameters.ts'

/** The networks that have a file in `contracts/networks`. */
export const networks = ['main', 'local'] as const

/** The name of a network. */
export type NetworkName = (typeof networks)[number]

/** Returns a network's parameters. */
export function readNetwork(name: NetworkName): Parameters {
  const file = join(contractsFolder, 'networks', `${name}.json`)
  return parseParameters(JSON.parse(readFileSync(file, 'utf8')))
}
