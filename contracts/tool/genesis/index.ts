/** The contracts of the economy for TypeScript: their compiled code, and the genesis that a network starts from. */

export { compileSolidity } from '../solidity.ts'
export {
  BuildError,
  buildRelease,
  ForgeMissingError,
  MissingArtifactError,
  readRelease,
  type Artifacts,
} from './artifacts.ts'
export { GenesisCheckError } from './check.ts'
export { DeploymentError } from './deploy.ts'
export type { Launch } from './deployment.ts'
export { parseFounders, type Founders } from './founders.ts'
export { createGenesis, formatGenesis, startMachine, type Genesis } from './genesis.ts'
export { createCommon, createGethGenesis, type GethGenesis } from './geth.ts'
export { createLocalLaunch, type LocalLaunch } from './local-launch.ts'
export { InvalidInputError } from './input.ts'
export { createMachine, type Log, type Machine } from './machine.ts'
export { networks, readNetwork, type NetworkName } from './networks.ts'
export { parseParameters, type Parameters } from './parameters.ts'
export { readRecordedRelease } from './recorded-release.ts'
