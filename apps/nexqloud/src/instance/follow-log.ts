import { StatusError } from '@nexqloud/kube'

import type { InstanceSession } from './instance-session.ts'
import { passLog, targetOf, type LogPart } from './log-part.ts'
import { isAtRest, stateOf } from './state.ts'
import { nameOf, readView, type InstanceView } from './view.ts'

/** Between two looks for a container that is started again: milliseconds. */
const LOOK_MS = 500

/** What is followed next. */
type Turn = {
  readonly view: InstanceView
  readonly part: LogPart
  /** Since when nothing of it could be read, ISO 8601. */
  readonly brokenAt: string | undefined
}

/** Follows a log, and what is started again, wherever that is; a way that broke off is taken again. */
export async function followLog(
  session: InstanceSession,
  first: InstanceView,
  asked: LogPart,
): Promise<void> {
  let turn: Turn | undefined = { view: first, part: asked, brokenAt: undefined }
  while (turn !== undefined && !session.shell.signal.aborted) {
    turn = await followOnce(session, turn)
  }
}

async function followOnce(session: InstanceSession, turn: Turn): Promise<Turn | undefined> {
  const { clock, signal } = session.shell
  const failure = await passUntilBroken(session, turn)
  const brokenAt = failure && (turn.brokenAt ?? tellBreak(session, turn, failure))
  if (failure !== undefined) await clock.delay(LOOK_MS, signal)
  const before = runOf(turn.view)
  const name = nameOf(turn.view)
  const view = await nextView(session, name, failure === undefined ? before : undefined)
  if (view === undefined) return undefined
  if (!isSameRun(runOf(view), before)) {
    session.shell.printer.note(`${name} was started again on ${view.pod?.spec?.nodeName}.`)
  }
  return { view, part: restOf(turn, view, brokenAt), brokenAt }
}

/** What another container wrote is all new; of the same one, what came after it was lost sight of, or ended. */
function restOf({ view, part }: Turn, next: InstanceView, brokenAt: string | undefined): LogPart {
  const run = runOf(next)
  const sinceTime = run.uid === runOf(view).uid ? (brokenAt ?? run.earlierEnd) : undefined
  return { ...part, sinceSeconds: undefined, tailLines: undefined, sinceTime }
}

function tellBreak({ shell }: InstanceSession, { view }: Turn, failure: StatusError): string {
  shell.printer.note(`The way to ${view.pod?.spec?.nodeName} broke off: ${failure.message}`)
  return new Date(shell.clock.wallMs()).toISOString()
}

/** One run of a container: a restart is another one, and so is one on another device. */
type Run = {
  readonly uid: string | undefined
  readonly startedAt: string | undefined
  /** When the run before it ended. */
  readonly earlierEnd: string | undefined
}

function runOf({ pod }: InstanceView): Run {
  const { state, lastState } = pod?.status?.containerStatuses?.[0] ?? {}
  return {
    uid: pod?.metadata?.uid,
    startedAt: state?.running?.startedAt,
    earlierEnd: lastState?.terminated?.finishedAt,
  }
}

function isSameRun(left: Run, right: Run): boolean {
  return left.uid === right.uid && left.startedAt === right.startedAt
}

/** Returns why the way to a log broke off; nothing where the log ended. */
async function passUntilBroken(
  session: InstanceSession,
  { view, part }: Turn,
): Promise<StatusError | undefined> {
  const target = targetOf(view)
  if (target === undefined) return undefined
  try {
    await passLog(session, target, part)
    return undefined
  } catch (failure) {
    if (failure instanceof StatusError && !session.shell.signal.aborted) return failure
    throw failure
  }
}

/** Returns an instance once it has another run than this one; nothing where it will have none. */
async function nextView(
  session: InstanceSession,
  name: string,
  previous: Run | undefined,
): Promise<InstanceView | undefined> {
  const { clock, signal } = session.shell
  while (!signal.aborted) {
    const view = await readView(session, name)
    if (view === undefined || isAtRest(stateOf(view, clock.wallMs()), view)) return undefined
    const run = runOf(view)
    const isNew = previous === undefined || !isSameRun(run, previous)
    if (run.startedAt !== undefined && isNew && targetOf(view) !== undefined) return view
    await clock.delay(LOOK_MS, signal)
  }
  return undefined
}
