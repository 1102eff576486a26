import type { Feature } from '../feature.ts'
import type { InstanceOptions } from '../instance/instance-session.ts'
import { addNamespaceOptions, addReadOptions, type ReadOptions } from '../option.ts'

/** The commands about leases: what runs where, and what it costs. */
export const declareLease: Feature = (program, perform) => {
  const lease = program.command('lease').description('what runs on which device, and what it costs')
  const show = lease.command('show').description("show an instance's newest lease")
  addNamespaceOptions(addReadOptions(show))
    .argument('<INSTANCE>', 'its name, or 32 bytes of hex: the account, then a number')
    .action((instance: string, options: ReadOptions & InstanceOptions) =>
      perform(async (shell) => (await import('./show.ts')).showLease(instance, options, shell)),
    )
}
