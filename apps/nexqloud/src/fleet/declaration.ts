import { InvalidArgumentError, Option } from 'commander'

import type { Feature } from '../feature.ts'
import { addLogOption, addSendOptions } from '../option.ts'
import type { FleetOptions } from './run-fleet.ts'

/** Many devices that are none, in one process. */
export const declareFleet: Feature = (device, perform) => {
  const fleet = addSendOptions(
    device
      .command('fleet')
      .description('run many devices on engines in memory: nothing of what they run is real'),
  )
    .option('--count <N>', 'how many devices', parseFleetCount, 10)
    .addOption(
      new Option('--engine <NAME>', 'what imitates containers')
        .choices(['memory'])
        .default('memory'),
    )
    .option('--name <NAME>', "which of the data folder's fleets", parseName, 'fleet')
  addLogOption(fleet)
    .addHelpText(
      'after',
      '\nEach device has a key, a link and scores of its own; keys are bought for those that the chain does not know yet.',
    )
    .action((options: FleetOptions) =>
      perform(async (shell) => (await import('./run-fleet.ts')).runFleet(options, shell)),
    )
}

function parseFleetCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count > 0 && count <= 1000) return count
  throw new InvalidArgumentError('A fleet has 1 to 1000 devices.')
}

function parseName(text: string): string {
  if (/^[a-z0-9][-a-z0-9]{0,30}$/.test(text)) return text
  throw new InvalidArgumentError('A name has up to 31 small letters, digits and dashes.')
}
