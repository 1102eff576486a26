import { cpus, release, totalmem, type } from 'node:os'

import type { RunProcess } from '../run-process.ts'

/** Where and when a figure was measured: without it, it is no result. */
export type Occasion = {
  readonly machine: string
  /** ISO 8601. */
  readonly date: string
  /** Of the checkout; ends in `+` where files differ from it. */
  readonly commit: string
}

/** Returns the machine, the moment and the commit that the figures of this run belong to. */
export async function describeOccasion({
  root,
  runProcess,
  signal,
}: {
  readonly root: string
  readonly runProcess: RunProcess
  readonly signal: AbortSignal
}): Promise<Occasion> {
  const git = (...args: readonly string[]) =>
    runProcess({ program: 'git', args, cwd: root }, signal)
  const head = await git('rev-parse', '--short', 'HEAD')
  const status = await git('status', '--porcelain')
  const name = head.exitCode === 0 ? head.stdout.trim() : 'unknown'
  const isChanged = status.stdout !== ''
  return {
    machine: describeMachine(),
    date: new Date().toISOString(),
    commit: isChanged ? `${name}+` : name,
  }
}

function describeMachine(): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const memoryGib = Math.round(totalmem() / 2 ** 30)
  return `${processors.length} × ${model}, ${memoryGib} GiB, ${type()} ${release()}, Node ${process.version}`
}
