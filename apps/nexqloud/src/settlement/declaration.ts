import type { Feature } from '../feature.ts'
import { addReadOptions, type ReadOptions } from '../option.ts'

/** The commands about how a period was settled. */
export const declareSettlement: Feature = (program, perform) => {
  const settlement = program
    .command('settlement')
    .description('what a period came to, and whether that is right')
  addReadOptions(settlement.command('show').description('show how a period was settled'))
    .argument('<PERIOD>', 'its number, from 0 on')
    .action((period: string, options: ReadOptions) =>
      perform(async (shell) => (await import('./show.ts')).showSettlement(period, options, shell)),
    )
  addReadOptions(
    settlement
      .command('verify')
      .description('compute a period anew, from the chain and the files of its witnesses'),
  )
    .argument('<PERIOD>', 'its number, from 0 on')
    .action((period: string, options: ReadOptions) =>
      perform(async (shell) => {
        const [{ verifySettlement }, { createHttpsSource }] = await Promise.all([
          import('./verify.ts'),
          import('./https-source.ts'),
        ])
        return verifySettlement(period, options, { shell, openSource: createHttpsSource })
      }),
    )
}
