import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { exitCode } from '../exit-code.ts'
import type { Printer } from '../printer.ts'
import { repositoryRoot } from '../repository.ts'
import { runProcess, type RunProcess } from '../run-process.ts'
import { selectByName } from '../select-by-name.ts'
import { formatFailure, formatStage, formatSummary, reportToJson } from './report.ts'
import { runStages, type StageResult } from './run-stages.ts'
import type { Stage, StageTools } from './stage.ts'
import { stages } from './stages.ts'

/** What `nexqloud test` was asked. */
export type TestRequest = { readonly names: readonly string[]; readonly json: boolean }

/** Returns the stages that a request names. */
export function planTest({ names }: TestRequest): readonly Stage[] {
  return selectByName(stages, { names, noun: 'stage' })
}

/** Runs the stages that a request names, prints the report, and returns the exit code. */
export async function runTest(
  request: TestRequest,
  { printer, signal }: { readonly printer: Printer; readonly signal: AbortSignal },
): Promise<number> {
  const planned = planTest(request)
  const scratch = mkdtempSync(join(tmpdir(), 'nexqloud-test-'))
  try {
    const results = await runStages(planned, {
      tools: openTools(scratch, signal),
      nowMs: () => performance.now(),
      onStart: ({ name }) => printer.status(`${name} ...`),
      onEnd: request.json ? () => {} : (result) => printResult(result, printer),
    })
    const isWhole = results.length === planned.length
    if (!isWhole) printer.note(`Stopped in ${planned[results.length]?.name}, before the end.`)
    printEnd(results, { printer, json: request.json })
    return isWhole && results.every(({ state }) => state !== 'failed')
      ? exitCode.done
      : exitCode.failed
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

function openTools(scratch: string, signal: AbortSignal): StageTools {
  return {
    root: repositoryRoot,
    scratch,
    runProcess: runWithTools,
    readFile: readIfPresent,
    isSuperuser: process.getuid?.() === 0,
    signal,
  }
}

/** The programs that the lock file names come before those of the system. */
const runWithTools: RunProcess = (command, signal) => {
  const folders = [dirname(process.execPath), join(repositoryRoot, 'node_modules/.bin')]
  const path = [...folders, process.env['PATH'] ?? ''].join(':')
  return runProcess({ ...command, env: { PATH: path, ...command.env } }, signal)
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function printResult(result: StageResult, printer: Printer): void {
  printer.line(formatStage(result))
  if (result.state === 'failed') formatFailure(result).forEach((text) => printer.line(text))
}

function printEnd(
  results: readonly StageResult[],
  { printer, json }: { readonly printer: Printer; readonly json: boolean },
): void {
  if (json) printer.line(reportToJson(results))
  else formatSummary(results).forEach((text) => printer.line(text))
}
