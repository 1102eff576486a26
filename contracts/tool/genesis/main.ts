/** Writes a network's genesis file: `genesis NETWORK --founders FILE --out FILE [--json]`. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { parseFounders } from './founders.ts'
import { createGenesis, formatGenesis, type Genesis } from './genesis.ts'
import { networks, readNetwork, type NetworkName } from './networks.ts'
import { readRecordedRelease } from './recorded-release.ts'

const usage = `usage: npm run genesis -- NETWORK --founders FILE --out FILE [--json]
NETWORK is ${networks.join(' or ')}; --founders says who launches it, as networks/local-founders.example.json does.`

type Request = {
  readonly network: NetworkName
  readonly founders: string
  readonly out: string
  readonly json: boolean
}

/** A command line that does not say what to do. */
class UsageError extends Error {}

function parseRequest(args: readonly string[]): Request {
  const { positionals, values } = parseCommandLine(args)
  const network = networks.find((name) => name === positionals[0])
  if (network === undefined || positionals.length !== 1) throw new UsageError('Which network?')
  const { founders, out, json = false } = values
  if (founders === undefined || out === undefined) {
    throw new UsageError('--founders and --out are needed.')
  }
  return { network, founders, out, json }
}

function parseCommandLine(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        founders: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function run({ network, founders, out, json }: Request): Promise<void> {
  const parameters = readNetwork(network)
  const launch = { parameters, founders: parseFounders(readJson(founders), parameters) }
  const genesis = await createGenesis(readRecordedRelease(), launch)
  writeWhole(out, formatGenesis(genesis.file))
  const summary = summarise(genesis)
  if (json) return print(JSON.stringify(summary))
  for (const [name, value] of Object.entries(summary)) print(`${name.padEnd(10)} ${value}`)
}

function summarise({ file, blockHash, stateRoot, digest }: Genesis) {
  const { config, alloc } = file
  return {
    chainId: config.chainId,
    accounts: Object.keys(alloc).length,
    blockHash,
    stateRoot,
    sha256: digest,
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${String(error)}`)
  }
}

/** Either the old file is there or the whole new one. */
function writeWhole(file: string, text: string): void {
  const own = `${file}.${process.pid}`
  writeFileSync(own, text)
  renameSync(own, file)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

try {
  await run(parseRequest(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof Error)) throw error
  note(error.message)
  if (error instanceof UsageError) note(usage)
  if ('hint' in error) note(String(error.hint))
  process.exitCode = error instanceof UsageError ? 2 : 1
}
