import type { StageResult } from './run-stages.ts'
import { addTallies, emptyTally, formatTally } from './tally.ts'

/** Returns the line of a stage that ended: name, state, wall seconds, CPU seconds, what it ran. */
export function formatStage({ stage, state, seconds, cpuSeconds }: StageResult): string {
  const cpu = cpuSeconds === undefined ? '' : `${cpuSeconds.toFixed(1)} CPU-s`
  const columns = [stage.name.padEnd(10), state.padEnd(8), `${seconds.toFixed(1)} s`.padStart(8)]
  return [...columns, cpu.padStart(12), `  ${stage.runs}`].join(' ')
}

/** Returns what a failed stage has to say: its failures, then what its programs printed. */
export function formatFailure({ tally, output }: StageResult): readonly string[] {
  const failures = tally.failures.flatMap(({ name, message }) => [
    `  failed: ${name}`,
    ...indent(message),
  ])
  return [...failures, ...indent(output)]
}

/** Returns the end of a report: each skip with its reason, and as the last line the sum of all stages. */
export function formatSummary(results: readonly StageResult[]): readonly string[] {
  const sum = sumOf(results)
  return [...sum.skips.map(({ name, reason }) => `skipped: ${name}: ${reason}`), formatTally(sum)]
}

/** Returns the report as a JSON document. */
export function reportToJson(results: readonly StageResult[]): string {
  const { passed, failures, skips } = sumOf(results)
  const stages = results.map(({ stage, state, seconds, cpuSeconds, tally, output }) => ({
    name: stage.name,
    runs: stage.runs,
    state,
    seconds,
    cpuSeconds,
    ...tally,
    ...(state === 'failed' ? { output } : {}),
  }))
  const document = { passed, failed: failures.length, skipped: skips.length, stages }
  return JSON.stringify(document, undefined, 2)
}

function sumOf(results: readonly StageResult[]) {
  return results.map(({ tally }) => tally).reduce(addTallies, emptyTally)
}

function indent(text: string): readonly string[] {
  return text.trimEnd() === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
}
