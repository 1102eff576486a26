import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { loadBench } from '@nexqloud/bench'

import { exitCode } from '../exit-code.ts'
import type { NamedRequest } from '../named-command.ts'
import type { Printer } from '../printer.ts'
import { repositoryRoot } from '../repository.ts'
import { runProcess } from '../run-process.ts'
import { selectByName } from '../select-by-name.ts'
import { describeOccasion } from './occasion.ts'
import { createRow, formatRows, type Row } from './row.ts'
import { runBench } from './run-bench.ts'

const benchFolder = join(repositoryRoot, 'bench')
const childFile = join(benchFolder, 'src/child.ts')

/** A benchmark on disk. */
export type BenchFile = { readonly name: string; readonly file: string }

/** Returns the benchmarks that a request names: the files `bench/NAME.ts`. */
export function planBench({ names }: Pick<NamedRequest, 'names'>): readonly BenchFile[] {
  const known = readdirSync(benchFolder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .toSorted()
    .map((file) => ({ name: file.slice(0, -'.ts'.length), file: join(benchFolder, file) }))
  return selectByName(known, { names, noun: 'benchmark' })
}

type Surroundings = { readonly printer: Printer; readonly signal: AbortSignal }

/** Runs the benchmarks that a request names, prints their rows, and returns the exit code. */
export async function runBenchmarks(
  request: NamedRequest,
  { printer, signal }: Surroundings,
): Promise<number> {
  const { rows, failures } = await measureAll(planBench(request), { printer, signal })
  if (signal.aborted) printer.note('Stopped before the end.')
  if (request.json) printer.line(JSON.stringify({ rows, failures }, undefined, 2))
  else formatRows(rows).forEach((text) => printer.line(text))
  const isGood = failures.length === 0 && !signal.aborted && rows.every(({ met }) => met)
  return isGood ? exitCode.done : exitCode.failed
}

type Measurements = {
  readonly rows: readonly Row[]
  readonly failures: readonly { readonly bench: string; readonly message: string }[]
}

/** One benchmark that fails does not keep the others from running. */
async function measureAll(
  files: readonly BenchFile[],
  { printer, signal }: Surroundings,
): Promise<Measurements> {
  const occasion = await describeOccasion({ root: repositoryRoot, runProcess, signal })
  const tools = { childFile, nodeFlags: process.execArgv, runProcess, signal }
  const rows: Row[] = []
  const failures: { bench: string; message: string }[] = []
  for (const { name, file } of files) {
    if (signal.aborted) break
    try {
      const bench = await loadBench(file)
      printer.note(`${name}: ${bench.description}`)
      const results = await runBench(bench, { file, ...tools })
      const about = { bench: name, samples: bench.samples, occasion }
      rows.push(...results.map((result) => createRow(result, about)))
    } catch (error) {
      if (signal.aborted) break
      const message = error instanceof Error ? error.message : String(error)
      failures.push({ bench: name, message })
      printer.note(`${name}: ${message}`)
    }
  }
  return { rows, failures }
}
