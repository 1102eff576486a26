import { Option } from 'commander'

import type { Feature } from '../feature.ts'
import {
  addDataOptions,
  addNamespaceOptions,
  addReadOptions,
  addSendOptions,
  type ReadOptions,
  type SendOptions,
} from '../option.ts'
import type { ProfileOptions } from './aws.ts'
import type { ExportOptions } from './export.ts'
import type { LimitOptions } from './limits.ts'
import type { ManageOptions } from './manage.ts'
import type { ReceiptOptions } from './receipts.ts'
import type { WithdrawOptions } from './withdraw.ts'

/** The commands about accounts: NXQ that leases are paid from. */
export const declareAccount: Feature = (program, perform) => {
  const account = program
    .command('account')
    .description('the NXQ that your instances are paid from')
  addSendOptions(account.command('deposit').description('move NXQ from a wallet into its account'))
    .requiredOption('--amount <NXQ>', 'how much, e.g. 12.5')
    .option('--to <WALLET>', 'whose account: a name or an address; your own')
    .action((options: SendOptions & { amount: string; to?: string }) =>
      perform(async (shell) => (await import('./deposit.ts')).deposit(options, shell)),
    )
  addSendOptions(
    account
      .command('withdraw')
      .description('announce that NXQ shall leave the account, and take what may leave'),
  )
    .option('--amount <NXQ>', 'announces so much more; without it, what is leaving is taken')
    .option('--to <WALLET>', 'who gets it: a name or an address; the wallet')
    .option('--cancel', 'moves what is leaving back into the balance')
    .action((options: WithdrawOptions) =>
      perform(async (shell) => (await import('./withdraw.ts')).withdraw(options, shell)),
    )
  addSendOptions(
    account.command('limits').description('set what leases may cost; without limits, show them'),
  )
    .option('--total <NXQ>', 'most that may be charged in all')
    .option('--rate <USD>', 'most that open leases may cost together, in dollars an hour')
    .action((options: LimitOptions) =>
      perform(async (shell) => (await import('./limits.ts')).setLimits(options, shell)),
    )
  addSendOptions(
    account.command('approve').description('let a masternode open leases on the account'),
  )
    .argument('<MASTERNODE>', 'the number of the masternode')
    .option('--revoke', 'take the approval back')
    .action((masternode: string, options: SendOptions & { revoke?: boolean }) =>
      perform(async (shell) => (await import('./approve.ts')).approve(masternode, options, shell)),
    )
  declareProfile(account, perform)
  declareManage(account, perform)
  declareExport(account, perform)
  addReadOptions(account.command('show').description('show balance, limits and what is reserved'))
    .argument('[WALLET]', 'a name or an address; your only wallet')
    .action((wanted: string | undefined, options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showAccountOf(wanted, options, shell)),
    )
  addNamespaceOptions(
    addReadOptions(account.command('receipts').description('show what an account paid in a month')),
  )
    .argument('[WALLET]', 'a name or an address; your only wallet')
    .option('--month <YYYY-MM>', 'which month, in UTC; the one that runs')
    .option('--by <LABEL>', 'what instances cost by the values of a label, too')
    .addOption(
      new Option('--html', 'as a page that can be printed, on standard output').conflicts('json'),
    )
    .action((wanted: string | undefined, options: ReceiptOptions) =>
      perform(async (shell) => (await import('./receipts.ts')).showReceipt(wanted, options, shell)),
    )
}

const declareProfile: Feature = (account, perform) => {
  addSendOptions(
    account
      .command('aws')
      .description('make an access key, and write the profile by which AWS’s clients use it'),
  )
    .option('--namespace <NAME>', 'whose instances (default)')
    .option('--endpoint <URL>', 'the EC2-compatible API (that which runs from the data folder)')
    .action((options: ProfileOptions) =>
      perform(async (shell) => (await import('./aws.ts')).writeAwsProfile(options, shell)),
    )
}

const declareManage: Feature = (account, perform) => {
  addNamespaceOptions(
    addDataOptions(
      account
        .command('manage')
        .description('have a masternode keep a wallet for a namespace whose tenant has none'),
    ),
  )
    .option('--total <NXQ>', 'most that may be charged in all')
    .option('--rate <USD>', 'most that open leases may cost together, in dollars an hour')
    .option('--withdraw <NXQ>', 'have so much leave the account')
    .option('--to <WALLET>', 'who gets it: a name or an address')
    .option('--revoke', 'have no more leases opened on it, until limits are set again')
    .action((options: ManageOptions) =>
      perform(async (shell) => (await import('./manage.ts')).manageAccount(options, shell)),
    )
}

const declareExport: Feature = (account, perform) => {
  addNamespaceOptions(
    addDataOptions(
      account
        .command('export')
        .description('write all that a namespace defines as kubectl apply takes it back'),
    ),
  )
    .option('--out <FILE>', 'into a new file that you alone may read (standard output)')
    .action((options: ExportOptions) =>
      perform(async (shell) => (await import('./export.ts')).exportAccount(options, shell)),
    )
}
