import type { ProcessOutcome, RunProcess } from '../run-process.ts'
import { addTallies, emptyTally, type Failure, type Tally } from './tally.ts'

/** What a stage may use. */
export type StageTools = {
  /** The repository's folder. */
  readonly root: string
  /** A folder of this run alone, for reports. */
  readonly scratch: string
  readonly runProcess: RunProcess
  /** Returns what a file holds; undefined where there is none. */
  readonly readFile: (path: string) => string | undefined
  readonly isSuperuser: boolean
  readonly signal: AbortSignal
}

/** What a stage found. */
export type StageReport = {
  readonly tally: Tally
  /** What its programs printed; shown where it failed. */
  readonly output: string
  readonly cpuSeconds?: number
}

/** Does the work of a stage, or a part of it. */
export type Run = (tools: StageTools) => Promise<StageReport>

/** One row of the table that `./nexqloud test` goes through. */
export type Stage = {
  readonly name: string
  /** What it runs, in a few words. */
  readonly runs: string
  /** A check passes or fails as a whole; tests are counted one by one, and none at all is a failure. */
  readonly kind: 'check' | 'tests'
  readonly run: Run
}

/** A program and its arguments, run in the repository's folder. */
export type CommandLine = readonly [program: string, ...args: string[]]

/** Returns a run that passes when the program ends with 0. */
export function check(commandLine: CommandLine): Run {
  return async (tools) => {
    const outcome = await runProgram(tools, commandLine)
    return reportOf(outcome, { tally: emptyTally, commandLine })
  }
}

/** Returns a run that counts the tests of a program by the report on its standard output, which is then not shown. */
export function tests(commandLine: CommandLine, count: (stdout: string) => Tally): Run {
  return async (tools) => {
    const outcome = await runProgram(tools, commandLine)
    const shown = { ...outcome, output: outcome.stderr }
    return reportOf(shown, { tally: count(outcome.stdout), commandLine })
  }
}

/** Returns a run that counts the tests of a program by the file whose name it takes from the variable `env`. */
export function testsByFile(
  commandLine: CommandLine,
  { env, name, count }: { env: string; name: string; count: (text: string) => Tally },
): Run {
  return async (tools) => {
    const file = `${tools.scratch}/${name}`
    const outcome = await runProgram(tools, commandLine, { [env]: file })
    const text = tools.readFile(file)
    const tally = text === undefined ? emptyTally : count(text)
    return reportOf(outcome, { tally, commandLine })
  }
}

/** Returns a run that does one after the other, and stops at the first that fails. */
export function inOrder(...runs: readonly Run[]): Run {
  return async (tools) => {
    let sum: StageReport = { tally: emptyTally, output: '' }
    for (const run of runs) {
      sum = addReports(sum, await run(tools))
      if (sum.tally.failures.length > 0) return sum
    }
    return sum
  }
}

/**
 * Runs a program in the repository's folder. Its output is kept, so it comes without colours; what it leaves in the folder
 * for temporary files goes when the run ends.
 */
export function runProgram(
  { root, scratch, runProcess, signal }: StageTools,
  [program, ...args]: CommandLine,
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessOutcome> {
  const variables = { NO_COLOR: '1', TMPDIR: scratch, ...env }
  return runProcess({ program, args, cwd: root, env: variables }, signal)
}

/** A program that ends with anything but 0 has failed, whatever it counted. */
function reportOf(
  { exitCode, output, cpuSeconds }: ProcessOutcome,
  { tally, commandLine }: { tally: Tally; commandLine: CommandLine },
): StageReport {
  const isExplained = exitCode === 0 || tally.failures.length > 0
  const failure: Failure = { name: commandLine.join(' '), message: `It ended with ${exitCode}.` }
  return {
    tally: isExplained ? tally : { ...tally, failures: [failure] },
    output,
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
  }
}

function addReports(left: StageReport, right: StageReport): StageReport {
  const cpuSeconds = [left.cpuSeconds, right.cpuSeconds].filter((value) => value !== undefined)
  return {
    tally: addTallies(left.tally, right.tally),
    output: left.output + right.output,
    ...(cpuSeconds.length > 0
      ? { cpuSeconds: cpuSeconds.reduce((sum, value) => sum + value) }
      : {}),
  }
}
