import type { Feature } from '../feature.ts'
import { declareNamed, type RunNamed } from '../named-command.ts'

/** Returns the command that runs the benchmarks. */
export function declareBench(run: RunNamed = runHere): Feature {
  return declareNamed({
    name: 'bench',
    summary: 'run the benchmarks',
    noun: 'benchmarks',
    details: '\nFails where a benchmark could not run or missed its goal.',
    run,
  })
}

const runHere: RunNamed = async (request, shell) =>
  (await import('./command.ts')).runBenchmarks(request, shell)
