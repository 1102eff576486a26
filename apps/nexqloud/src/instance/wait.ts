import type { InstanceSession } from './instance-session.ts'
import { isAtRest, stateOf } from './state.ts'
import { troubleOf, type Trouble } from './trouble.ts'
import { readView, type InstanceView } from './view.ts'

/** Between two looks: milliseconds. */
const LOOK_MS = 300
/** What is ready so long has begun; what ends at once has not: milliseconds. */
const SETTLED_MS = 1000

/** So long a trouble that may pass has to last before it is told, or ends the waiting: milliseconds. */
const patience: Readonly<Record<string, { readonly quietMs?: number; readonly endMs?: number }>> = {
  // Every server takes a moment until it listens.
  NotReady: { quietMs: 5000 },
  // Two attempts to pull; docker gives up at the first one.
  RegistryUnavailable: { endMs: 20_000 },
}

/** How waiting ended. */
export type Outcome =
  /** It runs, or has ended as it should. */
  | { readonly kind: 'done'; readonly view: InstanceView }
  | { readonly kind: 'failed'; readonly view: InstanceView; readonly trouble: Trouble }
  /** Its trouble may pass, but not soon. */
  | { readonly kind: 'stuck'; readonly trouble: Trouble }
  /** Time is over. */
  | { readonly kind: 'late'; readonly why: string }
  /** Somebody pressed Ctrl-C. */
  | { readonly kind: 'interrupted' }
  /** It was removed meanwhile. */
  | { readonly kind: 'gone' }

/** Waits until an instance runs or clearly does not, and shows how far it is. */
export async function waitUntilRuns(
  session: InstanceSession,
  name: string,
  timeoutMs: number,
): Promise<Outcome> {
  const { clock, signal } = session.shell
  const startMs = clock.steadyMs()
  const tell = createTeller(session)
  const lastsMs = createTroubleClock()
  let readyMs: number | undefined
  for (;;) {
    const view = await readView(session, name)
    if (signal.aborted) return { kind: 'interrupted' }
    if (view === undefined) return { kind: 'gone' }
    const now = clock.steadyMs()
    const state = stateOf(view, clock.wallMs())
    readyMs = state.isReady ? (readyMs ?? now) : undefined
    const isSettled = readyMs !== undefined && now - readyMs >= SETTLED_MS
    const trouble = troubleOf(view)
    const lastedMs = lastsMs(trouble, now)
    const isDone = isSettled || isAtRest(state, view)
    const end = judge(view, isDone, trouble && { ...trouble, lastedMs })
    if (end !== undefined) return end
    const why = whyOf(view, trouble)
    if (now - startMs >= timeoutMs) return { kind: 'late', why }
    tell(name, why, isWorthTelling(trouble, lastedMs))
    await clock.delay(LOOK_MS, signal)
  }
}

/** Returns how waiting ends; nothing while more of it may help. */
function judge(
  view: InstanceView,
  isDone: boolean,
  trouble: (Trouble & { readonly lastedMs: number }) | undefined,
): Outcome | undefined {
  if (trouble?.isFinal === true) return { kind: 'failed', view, trouble }
  if (isDone) return { kind: 'done', view }
  const endMs = patience[trouble?.reason ?? '']?.endMs ?? Number.POSITIVE_INFINITY
  return trouble !== undefined && trouble.lastedMs >= endMs ? { kind: 'stuck', trouble } : undefined
}

function isWorthTelling(trouble: Trouble | undefined, lastedMs: number): boolean {
  return trouble !== undefined && lastedMs >= (patience[trouble.reason]?.quietMs ?? 0)
}

/** Waits until all that is left of instances is as wanted; returns false where somebody pressed Ctrl-C. */
export async function waitUntilAll(
  session: InstanceSession,
  names: readonly string[],
  isDone: (view: InstanceView | undefined) => boolean,
): Promise<boolean> {
  const { clock, signal, printer } = session.shell
  for (;;) {
    const views = await Promise.all(
      names.map(async (name) => [name, await readView(session, name)] as const),
    )
    const left = views.filter(([, view]) => !isDone(view)).map(([name]) => name)
    if (left.length === 0) return true
    if (signal.aborted) return false
    printer.status(`waiting for ${left.join(', ')} to end …`)
    await clock.delay(LOOK_MS, signal)
  }
}

function whyOf(view: InstanceView, trouble: Trouble | undefined): string {
  return trouble === undefined ? progressOf(view) : `${trouble.reason}: ${trouble.message}`
}

/** What it does just now. */
function progressOf(view: InstanceView): string {
  const { pod, events } = view
  if (pod === undefined) return 'its container is being planned'
  const device = pod.spec?.nodeName
  if (device === undefined) return 'a device is chosen'
  const newest = events.findLast(({ involvedObject }) => involvedObject.uid === pod.metadata?.uid)
  return `on ${device}: ${newest?.message ?? 'starting'}`
}

/** Returns how long a trouble lasts: milliseconds since it was seen first, with no other one and no success between. */
function createTroubleClock() {
  let before: { readonly reason: string; readonly sinceMs: number } | undefined
  return (trouble: Trouble | undefined, nowMs: number): number => {
    if (trouble === undefined) before = undefined
    else if (before?.reason !== trouble.reason) before = { reason: trouble.reason, sinceMs: nowMs }
    return before === undefined ? 0 : nowMs - before.sinceMs
  }
}

/** Progress is shown where somebody watches; why it waits is told everywhere, once. */
function createTeller({ shell: { printer } }: InstanceSession) {
  const told = new Set<string>()
  return (name: string, why: string, isTrouble: boolean): void => {
    if (isTrouble && !told.has(why)) printer.note(`${name} waits. ${why}`)
    if (isTrouble) told.add(why)
    printer.status(`${name}: ${why}`)
  }
}

/** Whether nothing of an instance runs any more. */
export function isWithoutPod(view: InstanceView | undefined): boolean {
  return view === undefined || view.pod === undefined
}
