import type { Bench, Result, Sample } from '@nexqloud/bench'
import { BaseError } from '@nexqloud/kernel'

import type { RunProcess } from '../run-process.ts'
import { parseSample } from './sample.ts'

/** A measuring process that did not end well. */
export class BenchFailedError extends BaseError {
  constructor(name: string, output: string) {
    super(`The case ${name} did not end well:\n${output.trimEnd()}`, {
      code: 'CLI_BENCH_FAILED',
      kind: 'internal',
      hint: 'Run the benchmark alone; a process that was killed wants more free memory.',
    })
  }
}

type BenchTools = {
  /** The file that exports the benchmark. */
  readonly file: string
  /** The program that measures one case: `bench/src/child.ts`. */
  readonly childFile: string
  /** What Node is started with everywhere in this project, `process.execArgv`. */
  readonly nodeFlags: readonly string[]
  readonly runProcess: RunProcess
  readonly signal: AbortSignal
}

/**
 * Runs each case of a benchmark as often as it asks, each time in a process of its own, the cases taking turns, and
 * returns what its judge makes of the samples.
 *
 * @throws {@link BenchFailedError} where a process fails.
 */
export async function runBench(bench: Bench, tools: BenchTools): Promise<readonly Result[]> {
  const names = Object.keys(bench.cases)
  const samples: Record<string, Sample[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let turn = 0; turn < bench.samples; turn += 1) {
    for (const name of names) samples[name]?.push(await measureInChild(name, tools))
  }
  return bench.judge(samples)
}

/** The garbage collector is exposed, so that a sample starts from a clean heap. */
async function measureInChild(name: string, tools: BenchTools): Promise<Sample> {
  const { file, childFile, nodeFlags, runProcess, signal } = tools
  const args = ['--expose-gc', ...nodeFlags, childFile, file, name]
  const command = { program: process.execPath, args, cwd: process.cwd() }
  const { exitCode, stdout, output } = await runProcess(command, signal)
  if (exitCode !== 0) throw new BenchFailedError(name, output)
  return parseSample(stdout)
}
