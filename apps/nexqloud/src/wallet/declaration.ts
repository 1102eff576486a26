import type { Feature } from '../feature.ts'
import {
  addDataOptions,
  addPasswordOption,
  addReadOptions,
  addSendOptions,
  type DataOptions,
  type PasswordOptions,
  type ReadOptions,
  type SendOptions,
} from '../option.ts'

/** The commands about wallets: encrypted keys in the data folder, and what they own. */
export const declareWallet: Feature = (program, perform) => {
  const wallet = program.command('wallet').description('keys of yours, and the NXQ that they own')
  addDataOptions(
    addPasswordOption(
      wallet.command('create').description('make a key and lock it with a password'),
    ),
  )
    .argument('<NAME>', 'what the wallet is called here')
    .action((name: string, options: DataOptions & PasswordOptions) =>
      perform(async (shell) => (await import('./create.ts')).createWallet(name, options, shell)),
    )
  addDataOptions(
    addPasswordOption(
      wallet
        .command('import')
        .description('lock a private key that you have; asked for, piped in, or in a file'),
    ),
  )
    .argument('<NAME>', 'what the wallet is called here')
    .option('--key-file <FILE>', 'holds the private key, 64 hex digits')
    .action((name: string, options: DataOptions & PasswordOptions & { keyFile?: string }) =>
      perform(async (shell) => (await import('./import.ts')).importWallet(name, options, shell)),
    )
  addDataOptions(wallet.command('list').description('list the wallets of the data folder')).action(
    (options: DataOptions) =>
      perform(async (shell) => (await import('./list.ts')).listWallets(options, shell)),
  )
  addReadOptions(wallet.command('show').description('show what a wallet or an address owns'))
    .argument('[WALLET]', 'a name or an address; your only wallet')
    .action((wanted: string | undefined, options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showWallet(wanted, options, shell)),
    )
  addSendOptions(wallet.command('send').description('send NXQ'))
    .requiredOption('--to <WALLET>', 'a name or an address')
    .requiredOption('--amount <NXQ>', 'how much, e.g. 12.5')
    .action((options: SendOptions & { to: string; amount: string }) =>
      perform(async (shell) => (await import('./send.ts')).sendNxq(options, shell)),
    )
  addReadOptions(wallet.command('faucet').description("get NXQ from a local network's faucet"))
    .argument('[WALLET]', 'a name or an address; your only wallet')
    .option('--amount <NXQ>', 'how much', '100')
    .action((wanted: string | undefined, options: ReadOptions & { amount: string }) =>
      perform(async (shell) => (await import('./faucet.ts')).askFaucet(wanted, options, shell)),
    )
}
