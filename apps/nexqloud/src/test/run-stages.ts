import type { Stage, StageReport, StageTools } from './stage.ts'
import type { Tally } from './tally.ts'

/** How a stage ended. */
export type StageState = 'passed' | 'failed' | 'skipped'

/** A stage, how it ended, and what it cost. */
export type StageResult = StageReport & {
  readonly stage: Pick<Stage, 'name' | 'runs'>
  readonly state: StageState
  /** Wall time. */
  readonly seconds: number
}

type StageRunOptions = {
  readonly tools: StageTools
  readonly nowMs: () => number
  /** Told before each stage. */
  readonly onStart: (stage: Stage) => void
  /** Told after each stage. */
  readonly onEnd: (result: StageResult) => void
}

/**
 * Runs the stages one after the other, so that their times mean something, and returns their results. A failed stage
 * does not stop the next; an aborted signal does, and the stage that was under way has no result.
 */
export async function runStages(
  stages: readonly Stage[],
  { tools, nowMs, onStart, onEnd }: StageRunOptions,
): Promise<readonly StageResult[]> {
  const results: StageResult[] = []
  for (const stage of stages) {
    if (tools.signal.aborted) break
    onStart(stage)
    const startedMs = nowMs()
    const report = await stage.run(tools).catch(reportError)
    if (tools.signal.aborted) break
    const tally = judge(stage, report.tally)
    const result = {
      ...report,
      stage: { name: stage.name, runs: stage.runs },
      tally,
      state: stateOf(tally),
      seconds: (nowMs() - startedMs) / 1000,
    }
    results.push(result)
    onEnd(result)
  }
  return results
}

/** A stage that breaks down (a report that does not parse) has failed; the others still run. */
function reportError(error: unknown): StageReport {
  const message = error instanceof Error ? error.message : String(error)
  return {
    tally: { passed: 0, failures: [{ name: 'the stage itself', message }], skips: [] },
    output: '',
  }
}

/** A check without failures counts as one that passed; tests that found nothing have failed. */
function judge({ kind, name }: Stage, tally: Tally): Tally {
  if (tally.failures.length > 0) return tally
  if (kind === 'check') return { ...tally, passed: 1 }
  if (tally.passed + tally.skips.length > 0) return tally
  return { ...tally, failures: [{ name, message: 'It found no tests.' }] }
}

function stateOf({ passed, failures }: Tally): StageState {
  if (failures.length > 0) return 'failed'
  return passed > 0 ? 'passed' : 'skipped'
}
