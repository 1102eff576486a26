import { Option, type Command } from 'commander'

import type { Feature } from '../feature.ts'
import {
  addDataOptions,
  addLogOption,
  addReadOptions,
  parsePort,
  type ReadOptions,
} from '../option.ts'
import type { NetworkOptions } from './networks.ts'
import type { RunOptions } from './run.ts'

/** The commands about the chain itself. */
export const declareChain: Feature = (program, perform) => {
  const chain = addLogOption(
    addNetworkOptions(
      program
        .command('chain')
        .enablePositionalOptions()
        .description('run a node of the ledger that all value is kept in, or look into it'),
    ),
  )
    .option('--host <ADDRESS>', 'the address to listen on', '127.0.0.1')
    .option('--port <PORT>', 'the port of JSON-RPC; 0: any that is free', parsePort, 8545)
    .addOption(createPortBaseOption())
    .option(
      '--masternode-endpoint <HOST:PORT>',
      'where devices dial the masternode of a network that is launched now (127.0.0.1, the first port + 8 or 4433)',
    )
    .option('--vhost <NAME...>', 'names that the node may be called by; "*": any', [])
    .option('--cors <ORIGIN...>', 'origins whose pages may ask; "*": any', [])
    .addHelpText('after', '\nWithout a command, a node runs until Ctrl-C.')
    .allowExcessArguments()
    .action((options: RunOptions, { args: [unknown] }: Command) => {
      if (unknown !== undefined) refuseCommand(chain, unknown)
      return perform(async (shell) => (await import('./run.ts')).runChain(options, shell))
    })
  addReadOptions(
    chain.command('show').description('show a block, a transaction or an address, decoded'),
  )
    .argument('<WHAT>', 'a number or "latest"; 32 bytes of hex; an address or a name of a wallet')
    .action((what: string, options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showOnChain(what, options, shell)),
    )
  declareArchive(chain, perform)
}

/** A node takes no arguments: whoever gives one means a command. */
function refuseCommand(chain: Command, unknown: string): never {
  const known = chain.commands.map((command) => command.name()).join(', ')
  return chain.error(`error: unknown command '${unknown}'\n(Below chain there are: ${known}.)`)
}

/** What is done with the blocks of a node that does not run. */
const declareArchive: Feature = (chain, perform) => {
  addNetworkOptions(
    chain.command('verify').description('execute all blocks anew; the node has to be stopped'),
  ).action((options: NetworkOptions) =>
    perform(async (shell) => (await import('./archive.ts')).verify(options, shell)),
  )
  addNetworkOptions(
    chain.command('export').description('write all blocks into a file; the node has to be stopped'),
  )
    .argument('<FILE>', 'the file, which is written as a whole')
    .action((file: string, options: NetworkOptions) =>
      perform(async (shell) => (await import('./archive.ts')).exportBlocks(file, options, shell)),
    )
  addNetworkOptions(
    chain.command('import').description('execute the blocks of a file; the node has to be stopped'),
  )
    .argument('<FILE>', 'a file that export wrote')
    .action((file: string, options: NetworkOptions) =>
      perform(async (shell) => (await import('./archive.ts')).importBlocks(file, options, shell)),
    )
}

function addNetworkOptions(command: Command): Command {
  return addDataOptions(command)
    .addOption(
      new Option('--network <NAME>', 'which network').choices(['local', 'main']).default('local'),
    )
    .option(
      '--genesis <FILE>',
      'the genesis file to begin from at the first start; a node then decides blocks of its own',
    )
}

/** All processes of a network take it; the ports of the others come after the chain's. */
function createPortBaseOption(): Option {
  return new Option('--port-base <PORT>', 'the first port of the network, which is JSON-RPC’s')
    .argParser(parsePort)
    .conflicts('port')
}
