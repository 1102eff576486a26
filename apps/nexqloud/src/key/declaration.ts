import type { Feature } from '../feature.ts'
import { addReadOptions, addSendOptions, type ReadOptions, type SendOptions } from '../option.ts'

/** The commands about digital keys: each activates one device. */
export const declareKey: Feature = (program, perform) => {
  const key = program.command('key').description('digital keys, each of which activates a device')
  addSendOptions(key.command('buy').description('buy a digital key at the price of now'))
    .option('--to <WALLET>', 'who shall hold it: a name or an address; the buyer')
    .action((options: SendOptions & { to?: string }) =>
      perform(async (shell) => (await import('./buy.ts')).buyKey(options, shell)),
    )
  addReadOptions(key.command('show').description('show a digital key, its holder and its device'))
    .argument('<ID>', 'the number of the key')
    .action((id: string, options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showKey(id, options, shell)),
    )
  addSendOptions(
    key.command('transfer').description('give a key away; its device is suspended until accepted'),
  )
    .argument('<ID>', 'the number of the key')
    .requiredOption('--to <WALLET>', 'a name or an address')
    .action((id: string, options: SendOptions & { to: string }) =>
      perform(async (shell) => (await import('./transfer.ts')).transferKey(id, options, shell)),
    )
}
