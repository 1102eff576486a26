import type { Feature } from '../feature.ts'
import { addReadOptions, type ReadOptions } from '../option.ts'

/** The command about all NXQ that there are. */
export const declareSupply: Feature = (program, perform) => {
  addReadOptions(program.command('supply').description('show where all NXQ are')).action(
    (options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showSupply(options, shell)),
  )
}
