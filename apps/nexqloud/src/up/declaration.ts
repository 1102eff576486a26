import { InvalidArgumentError, Option } from 'commander'

import type { Feature } from '../feature.ts'
import { addDataOptions, parsePort, type DataOptions } from '../option.ts'
import type { UpOptions } from './up.ts'

/** The whole network on one machine. */
export const declareUp: Feature = (program, perform) => {
  addDataOptions(
    program
      .command('up')
      .description('start the whole network on this machine, with a first app on it'),
  )
    .option(
      '--port-base <PORT>',
      'the first port: chain, and after it Kubernetes, EC2, gateway, …',
      parsePort,
    )
    .option('--devices <N>', 'how many devices, each with an engine of its own', parseCount, 1)
    .addOption(
      new Option(
        '--engine <NAME>',
        'memory: devices that imitate containers, for thousands of them (Docker or Podman)',
      ).choices(['memory']),
    )
    .option('--engine-socket <FILE>', 'the socket of Docker or Podman (one that answers)')
    .option('--app <IMAGE>', 'the first app; "none" for none', parseImage)
    .addHelpText('after', '\nCtrl-C, or nexqloud down, stops it; a second up resumes.')
    .action((options: UpOptions) =>
      perform(async (shell) => (await import('./up.ts')).up(options, shell)),
    )
  addDataOptions(
    program.command('down').description('stop the network that up started from the data folder'),
  ).action((options: DataOptions) =>
    perform(async (shell) => (await import('./down.ts')).down(options, shell)),
  )
}

function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count > 0 && count <= 5000) return count
  throw new InvalidArgumentError('There are 1 to 5000 devices; up to 250 with Docker.')
}

function parseImage(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('An image has at least one character.')
}
