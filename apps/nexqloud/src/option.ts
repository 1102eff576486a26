import { InvalidArgumentError, Option, type Command } from 'commander'

/** What every command can be asked. */
export type PrintOptions = { readonly json?: boolean }

/** Where the data folder is. */
export type DataOptions = PrintOptions & { readonly data?: string }

/** Which node to ask. */
export type ReadOptions = DataOptions & { readonly rpc?: string }

/** Where the password of a wallet comes from. */
export type PasswordOptions = { readonly passwordFile?: string }

/** In whose name a transaction is sent. */
export type SendOptions = ReadOptions & PasswordOptions & { readonly from?: string }

/** Adds the options of a command that uses the data folder alone. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--data <DIR>', 'the data folder (NEXQLOUD_HOME, else ~/.nexqloud)')
    .option('--json', 'print one JSON document')
}

/** Adds the options of a command about what a Kubernetes API has for a tenant. */
export function addNamespaceOptions(command: Command): Command {
  return command
    .option('--kubeconfig <FILE>', "another Kubernetes than the data folder's own")
    .option('--namespace <NAME>', 'whose instances (default)')
}

/** Adds the options of a command that asks a node. */
export function addReadOptions(command: Command): Command {
  return addDataOptions(
    command.option(
      '--rpc <URL>',
      "the chain's node (the data folder's own; 127.0.0.1:8545 where it has none)",
    ),
  )
}

/** Adds the option of a command that opens a wallet. */
export function addPasswordOption(command: Command): Command {
  return command.option(
    '--password-file <FILE>',
    "holds the wallet's password (else NEXQLOUD_PASSWORD, else you are asked)",
  )
}

/** Adds the options of a command that sends a transaction. */
export function addSendOptions(command: Command): Command {
  return addReadOptions(
    addPasswordOption(
      command.option('--from <NAME>', 'the wallet that sends and pays (your only one)'),
    ),
  )
}

/** What of a process's running is written down. */
export type LogOptions = { readonly logLevel: string }

/** Adds the option of a command that runs until it is ended. */
export function addLogOption(command: Command, usual = 'info'): Command {
  const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
  return command.addOption(
    new Option('--log-level <LEVEL>', 'what is logged, as JSON on standard error')
      .choices(levels)
      .default(usual),
  )
}

/** Reads a port from the command line. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port < 65_536) return port
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
}
