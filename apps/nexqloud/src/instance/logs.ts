import { text as readText } from 'node:stream/consumers'

import { exitCode } from '../exit-code.ts'
import { printResult } from '../fields.ts'
import type { Shell } from '../shell.ts'
import { InvalidRequestError, NotRunningError } from './errors.ts'
import { followLog } from './follow-log.ts'
import { withInstances, type InstanceOptions, type InstanceSession } from './instance-session.ts'
import { passLog, targetOf, wholeLog, type LogPart, type LogTarget } from './log-part.ts'
import { partOfLog, readRecordedLog } from './recorded.ts'
import { parseSpan } from './span.ts'
import { stateOf } from './state.ts'
import { troubleOf } from './trouble.ts'
import { findView, readView, type InstanceView } from './view.ts'

/** What `nexqloud logs` was asked. */
export type LogsOptions = InstanceOptions & {
  readonly follow?: boolean
  readonly tail?: string
  readonly since?: string
  readonly timestamps?: boolean
}

/** Prints what an instance wrote, byte by byte; returns the exit code. */
export async function showLog(name: string, options: LogsOptions, shell: Shell): Promise<number> {
  const part = parsePart(options)
  return withInstances(options, shell, async (session) => {
    const view = await readView(session, name)
    const target = view && targetOf(view)
    const { streams, shell: at } = session
    if (view === undefined || target === undefined) return showRecorded(session, name, part)
    if (options.json === true) {
      printLines(await readText(streams.log(target, part, at.signal)))
    } else if (part.follow) await followLog(session, view, part)
    else await passLog(session, target, part)
    return at.signal.aborted ? exitCode.interrupted : exitCode.done
  })

  function printLines(text: string): void {
    const lines = text.split('\n').filter((line, index, all) => index < all.length - 1 || line)
    printResult({ document: { name, lines }, lines: [] }, { ...shell, json: true })
  }

  /** What has no container now has perhaps had one. */
  async function showRecorded(
    session: InstanceSession,
    wanted: string,
    asked: LogPart,
  ): Promise<number> {
    const nowMs = shell.clock.wallMs()
    const log = asked.follow ? undefined : await readRecordedLog(session, wanted)
    if (log === undefined) {
      assertTarget(await findView(session, wanted), nowMs)
      return exitCode.failed
    }
    shell.printer.note(`${wanted} has no container now: this is from the record.`)
    const text = partOfLog(log, asked, nowMs)
      .map((line) => `${line}\n`)
      .join('')
    if (options.json === true) printLines(text)
    else shell.streams.stdout.write(text)
    return exitCode.done
  }
}

/**
 * Returns where an instance's container is.
 *
 * @throws {@link NotRunningError} where there is none, with the reason.
 */
export function assertTarget(view: InstanceView, nowMs: number): LogTarget {
  const target = targetOf(view)
  if (target !== undefined) return target
  const { name, status } = stateOf(view, nowMs)
  const trouble = troubleOf(view)
  const why = trouble === undefined ? '' : `${trouble.reason}: ${trouble.message}`
  throw new NotRunningError(name, { status, why })
}

function parsePart({
  follow = false,
  json,
  tail,
  since,
  timestamps = false,
}: LogsOptions): LogPart {
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
