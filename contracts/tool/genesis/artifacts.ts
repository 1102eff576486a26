import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import type { Abi, Address, Hex } from 'viem'

import { compileSolidity, contractsFolder, readSources, type AstNode } from '../solidity.ts'

/** What the compiler makes of a contract. */
export type Artifact = { readonly abi: Abi; readonly creationCode: Hex }

/** Everything compiled that genesis is made of. */
export type Artifacts = {
  /** The contracts of genesis by name, e.g. `DigitalKeys`. */
  readonly contracts: Readonly<Record<string, Artifact>>
  /** The ERC-1967 proxy that upgradeable contracts stand behind. */
  readonly proxy: Artifact
  /** Where each contract stands, by name: the constants of `System.sol`. */
  readonly addresses: Readonly<Record<string, Address>>
}

/** The release does not hold what genesis needs. */
export class MissingArtifactError extends Error {
  readonly code = 'GENESIS_ARTIFACT_MISSING'
  readonly hint = 'Compile the contracts: npm run --workspace contracts build'

  constructor(name: string) {
    super(`The compiled contracts hold no ${name}.`)
    this.name = 'MissingArtifactError'
  }
}

/** Nothing here can compile the contracts. */
export class ForgeMissingError extends Error {
  readonly code = 'GENESIS_FORGE_MISSING'
  readonly hint =
    'Run npm ci; where the registry has no forge for this machine, install Foundry 1.7.'

  constructor() {
    super(
      `There is no forge for ${process.platform} on ${process.arch}, neither in contracts nor on the PATH.`,
    )
    this.name = 'ForgeMissingError'
  }
}

/** Forge could not compile the contracts, and has said why. */
export class BuildError extends Error {
  readonly code = 'GENESIS_BUILD_FAILED'

  constructor(status: number | null) {
    super(`The contracts do not compile: forge ended with ${status ?? 'a signal'}.`)
    this.name = 'BuildError'
  }
}

const releaseFolder = 'release'
const systemSource = 'src/base/System.sol'

/**
 * Compiles the release with forge, unless it is up to date; takes half a minute. The forge is the one that the lock file
 * names, else the user's own.
 *
 * @throws {@link ForgeMissingError} where there is none.
 * @throws {@link BuildError} where the contracts do not compile.
 */
export function buildRelease(): void {
  const path = [join(contractsFolder, 'node_modules', '.bin'), process.env['PATH'] ?? '']
  const { error, status } = spawnSync('forge', ['build', '--quiet'], {
    cwd: contractsFolder,
    env: {
      ...process.env,
      PATH: path.join(delimiter),
      FOUNDRY_PROFILE: 'release',
      // A caller's own folder would leave an older release to be read.
      FOUNDRY_OUT: releaseFolder,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (error !== undefined && 'code' in error && error.code === 'ENOENT')
    throw new ForgeMissingError()
  if (error !== undefined) throw error
  if (status !== 0) throw new BuildError(status)
}

/**
 * Returns the release as forge has compiled it: the code that the tests deploy.
 *
 * @throws {@link MissingArtifactError} where it was not compiled.
 */
export function readRelease(): Artifacts {
  const addresses = readAddresses()
  const names = Object.keys(addresses)
  return {
    contracts: Object.fromEntries(names.map((name) => [name, readArtifact(name)])),
    proxy: readArtifact('ERC1967Proxy'),
    addresses,
  }
}

function readArtifact(name: string): Artifact {
  const file = join(contractsFolder, releaseFolder, `${name}.sol`, `${name}.json`)
  if (!existsSync(file)) throw new MissingArtifactError(name)
  const { abi, bytecode } = JSON.parse(readFileSync(file, 'utf8')) as ForgeArtifact
  return { abi, creationCode: bytecode.object }
}

type ForgeArtifact = { readonly abi: Abi; readonly bytecode: { readonly object: Hex } }

/** Returns the addresses of `System.sol` by contract: `DIGITAL_KEYS` is where `DigitalKeys` stands. */
function readAddresses(): Readonly<Record<string, Address>> {
  const source = { [systemSource]: readSources()[systemSource] ?? '' }
  const unit = compileSolidity(source, ['abi']).sources[systemSource]?.ast
  const constants = declarationsOf(unit).flatMap(({ name, value }) =>
    name === undefined || value?.value === undefined
      ? []
      : [[toPascalCase(name), value.value.toLowerCase() as Address] as const],
  )
  return Object.fromEntries(constants)
}

function declarationsOf(unit: AstNode | undefined): readonly AstNode[] {
  const library = unit?.nodes?.find(({ nodeType }) => nodeType === 'ContractDefinition')
  return library?.nodes ?? []
}

function toPascalCase(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
}
