import type { Feature } from '../feature.ts'
import { addReadOptions, type ReadOptions } from '../option.ts'

/** The commands about devices, as the chain knows them. */
export const declareDevice: Feature = (program, perform) => {
  const device = program.command('device').description('the computers that the cloud is made of')
  addReadOptions(device.command('show').description('show what the chain knows of a device'))
    .argument('<ID>', 'the number of the device')
    .action((id: string, options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showDevice(id, options, shell)),
    )
}
