/** The compiler as a function: sources in, what it knows of them out. Reads the contracts' folder and nothing else. */
import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** The folder of the contracts, which source names are relative to. */
export const contractsFolder = join(import.meta.dirname, '..')

/** A node of solc's syntax tree; which fields it has depends on `nodeType`. */
export interface AstNode {
  readonly id: number
  readonly nodeType: string
  readonly name?: string
  readonly canonicalName?: string
  /** Of a function: `function`, `receive`, `fallback`, `constructor`. */
  readonly kind?: string
  readonly contractKind?: string
  readonly abstract?: boolean
  readonly nodes?: readonly AstNode[]
  readonly members?: readonly AstNode[]
  readonly linearizedBaseContracts?: readonly number[]
  readonly documentation?: { readonly text: string } | null
  readonly value?: { readonly value?: string } | null
}

export interface AbiEntry {
  readonly type: string
  readonly name?: string
  readonly stateMutability?: string
  readonly inputs?: readonly AbiInput[]
}

export interface AbiInput {
  readonly name: string
  readonly type: string
  readonly internalType?: string
  readonly components?: readonly AbiInput[]
}

export interface StorageEntry {
  readonly label: string
  readonly offset: number
  readonly slot: string
  readonly type: string
}

export interface StorageType {
  readonly label: string
  readonly numberOfBytes: string
  readonly members?: readonly StorageEntry[]
}

export interface CompiledContract {
  readonly abi?: readonly AbiEntry[]
  /** Only what was asked for. */
  readonly evm?: { readonly deployedBytecode?: { readonly object: string } }
  readonly devdoc?: {
    readonly methods?: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  readonly storageLayout?: {
    readonly storage: readonly StorageEntry[]
    readonly types: Readonly<Record<string, StorageType>> | null
  }
}

export interface Compiled {
  readonly sources: Readonly<Record<string, { readonly ast: AstNode }>>
  readonly contracts: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>
}

interface SolcOutput extends Compiled {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
}

interface Solc {
  compile(
    input: string,
    callbacks: { readonly import: (path: string) => { contents: string } | { error: string } },
  ): string
}

/** The compiler refused the sources; the message is the compiler's. */
export class SolidityError extends Error {
  readonly code = 'SOLIDITY_DOES_NOT_COMPILE'
}

/** The project's own sources by name (`src/devices/Devices.sol`), sorted. */
export function readSources(): Record<string, string> {
  const names = globSync('src/**/*.sol', { cwd: contractsFolder }).toSorted()
  return Object.fromEntries(names.map((name) => [name, readSource(name)]))
}

/**
 * Compiles `sources` (name → text), imports from the dependencies included, and returns the outputs `select` of each
 * contract (`abi`, `devdoc`, `storageLayout`) and every syntax tree. Takes a second, unless code is asked for
 * (`evm.deployedBytecode.object`); what code is made, `settings` say.
 *
 * @throws {SolidityError} with the compiler's messages.
 */
export function compileSolidity(
  sources: Readonly<Record<string, string>>,
  select: readonly string[],
  settings: Readonly<Record<string, unknown>> = {},
): Compiled {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, content]) => [name, { content }]),
    ),
    settings: {
      evmVersion: 'cancun',
      ...settings,
      outputSelection: { '*': { '': ['ast'], '*': select } },
    },
  }
  const solc = createRequire(import.meta.url)('solc') as Solc
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), { import: findImport }),
  ) as SolcOutput
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    throw new SolidityError(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  }
  return output
}

/** All nodes below and including `node` that stand in a list of nodes: contracts, and what they declare. */
export function declarations(node: AstNode): AstNode[] {
  return [node, ...(node.nodes ?? []).flatMap(declarations)]
}

function findImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: readSource(path.startsWith('@') ? join('node_modules', path) : path) }
  } catch {
    return { error: `${path} does not exist.` }
  }
}

function readSource(name: string): string {
  return readFileSync(join(contractsFolder, name), 'utf8')
}
