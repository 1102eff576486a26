import type { Feature } from '../feature.ts'
import { declareNamed, type RunNamed } from '../named-command.ts'
import { stageNames } from './stage-names.ts'

/** Returns the command that runs the tests. */
export function declareTest(run: RunNamed = runHere): Feature {
  return declareNamed({
    name: 'test',
    summary: 'run the tests',
    noun: 'stages',
    details: `\nStages: ${stageNames.join(', ')}.\nThe last line is: N passed, N failed, N skipped.`,
    run,
  })
}

const runHere: RunNamed = async (request, shell) =>
  (await import('./command.ts')).runTest(request, shell)
