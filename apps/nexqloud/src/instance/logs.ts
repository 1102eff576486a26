import { text as readText } from 'node:stream/consumers'

import { exitCode } from '../exit-code.ts'
import { printResult } from '../fields.ts'
import type { Shell } from '../shell.ts'
import { InvalidRequestError, NotRunningError } from './errors.ts'
import { withInstances, type InstanceOptions, type InstanceSession } from './instance-session.ts'
import { targetOf, wholeLog } from './log-tail.ts'
import { parseSpan } from './span.ts'
import { isAtRest, stateOf } from './state.ts'
import { troubleOf } from './trouble.ts'
import { findView, readView, type InstanceView } from './view.ts'

/** What `nexqloud logs` was asked. */
export type LogsOptions = InstanceOptions & {
  readonly follow?: boolean
  readonly tail?: string
  readonly since?: string
  readonly timestamps?: boolean
}

type Part = typeof wholeLog
type Target = NonNullable<ReturnType<typeof targetOf>>

/** Between two looks for a container that is started again: milliseconds. */
const LOOK_MS = 500

/** Prints what an instance wrote, byte by byte; returns the exit code. */
export async function showLog(name: string, options: LogsOptions, shell: Shell): Promise<number> {
  const part = parsePart(options)
  return withInstances(options, shell, async (session) => {
    const view = await findView(session, name)
    const target = assertTarget(view, shell.clock.wallMs())
    const { streams, shell: at } = session
    if (options.json === true) {
      const text = await readText(streams.log(target, part, at.signal))
      const lines = text.split('\n').filter((line, index, all) => index < all.length - 1 || line)
      printResult({ document: { name, lines }, lines: [] }, { ...at, json: true })
      return exitCode.done
    }
    await pass(session, target, part)
    if (part.follow) await followOn(session, { name, part }, runOf(view))
    return at.signal.aborted ? exitCode.interrupted : exitCode.done
  })
}

/**
 * Returns where an instance's container is.
 *
 * @throws {@link NotRunningError} where there is none, with the reason.
 */
export function assertTarget(view: InstanceView, nowMs: number): Target {
  const target = targetOf(view)
  if (target !== undefined) return target
  const { name, status } = stateOf(view, nowMs)
  const trouble = troubleOf(view)
  const why = trouble === undefined ? '' : `${trouble.reason}: ${trouble.message}`
  throw new NotRunningError(name, { status, why })
}

function parsePart({ follow = false, json, tail, since, timestamps = false }: LogsOptions): Part {
  const problems: string[] = []
  if (tail !== undefined && !/^\d{1,9}$/.test(tail)) {
    problems.push(`--tail ${tail} is no number of lines.`)
  }
  const sinceSeconds = since === undefined ? undefined : parseSpan(since)
  if (since !== undefined && sinceSeconds === undefined) {
    problems.push(`--since ${since} is no span of time: write e.g. 90s, 10m or 1h30m.`)
  }
  if (follow && json === true) problems.push('--json prints one document: leave --follow out.')
  if (problems.length > 0) throw new InvalidRequestError(problems, 'logs')
  const tailLines = tail === undefined ? undefined : Number(tail)
  return { ...wholeLog, follow, timestamps, tailLines, sinceSeconds }
}

async function pass({ streams, shell }: InstanceSession, target: Target, part: Part) {
  const { stdout } = shell.streams
  for await (const piece of streams.log(target, part, shell.signal)) {
    if (!stdout.write(piece)) await new Promise((resolve) => stdout.once('drain', resolve))
  }
}

/** One run of a container: a restart is another one, and so is one on another device. */
type Run = { readonly uid: string | undefined; readonly startedAt: string | undefined }

function runOf({ pod }: InstanceView): Run {
  const [container] = pod?.status?.containerStatuses ?? []
  return { uid: pod?.metadata?.uid, startedAt: container?.state?.running?.startedAt }
}

/** What is started again is followed further, wherever that is. */
async function followOn(
  session: InstanceSession,
  { name, part }: { readonly name: string; readonly part: Part },
  first: Run,
): Promise<void> {
  const { shell } = session
  let previous = first
  while (!shell.signal.aborted) {
    const view = await readView(session, name)
    if (view === undefined || isAtRest(stateOf(view, shell.clock.wallMs()), view)) return
    const run = runOf(view)
    const target = targetOf(view)
    const isSame = run.uid === previous.uid && run.startedAt === previous.startedAt
    if (target === undefined || run.startedAt === undefined || isSame) {
      await shell.clock.delay(LOOK_MS, shell.signal)
      continue
    }
    shell.printer.note(`${name} was started again on ${target.node}.`)
    previous = run
    const since = { sinceSeconds: undefined, sinceTime: run.startedAt, tailLines: undefined }
    await pass(session, target, { ...part, ...since })
  }
}
