import type { Feature } from '../feature.ts'
import { addReaderOptions } from './option.ts'
import type { StatusOptions } from './status.ts'

/** The commands that tell how the network is, and why. */
export const declareStory: Feature = (program, perform) => {
  addReaderOptions(
    program.command('status').description('tell how the network is, and what needs attention'),
  ).action((options: StatusOptions) =>
    perform(async (shell) => (await import('./status.ts')).showNetwork(options, shell)),
  )
  addReaderOptions(
    program
      .command('why')
      .description('tell why an instance or a device is as it is, and how it came to that'),
  )
    .argument('<NAME>', 'the name of an instance, or the number of a device')
    .action((name: string, options: StatusOptions) =>
      perform(async (shell) => (await import('./why.ts')).explain(name, options, shell)),
    )
}
