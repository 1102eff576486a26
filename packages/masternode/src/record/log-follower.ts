import type { Clock } from '@nexqloud/kernel'
import type { ContainerTarget, KubeletStreams } from '@nexqloud/kube'
import { GAP_ORDINAL, type LogLine, type LogStream } from '@nexqloud/store'

import type { ByteBudget } from './byte-budget.ts'
import { createLineWriter, type LineWriter } from './line-writer.ts'
import { createLogParser } from './log-parser.ts'
import type { RecordDatabase } from './record-database.ts'

/** What following logs takes. */
export type LogBench = {
  readonly streams: Pick<KubeletStreams, 'log'>
  readonly database: RecordDatabase
  readonly budget: ByteBudget
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** A container whose log is followed. */
export type FollowedContainer = {
  readonly target: ContainerTarget
  /** Whether the container has ended for good. */
  readonly hasEnded: () => boolean
  /** Aborted when there is nothing to be read any more. */
  readonly reading: AbortSignal
}

/** Milliseconds until a log that ended, or cannot be reached, is asked for again; doubled while nothing comes. */
const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 16_000
/** Who had to wait so long without a pause writes more than is kept. */
const MOST_BEHIND_MS = 10_000
/** Where a log is read on that was left behind: lines before its end. */
const TAIL_LINES = 100
/** A database that was waited for longer is said to have been away. */
const HELD_MS = 5000

/** How reading a log ended. `cut`: it is longer than may be read. */
type End = 'ended' | 'failed' | 'cut'

/** Follows a log into the record until it is over, from where the record ends; the signal ends it at once. */
export async function followLog(
  bench: LogBench,
  container: FollowedContainer,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = bench
  const { target, hasEnded } = container
  const reading = AbortSignal.any([container.reading, signal])
  const stream = streamOf(target)
  const writer = createLineWriter({ ...bench, stream }, signal)
  let delayMs = FIRST_DELAY_MS
  let from: From = { last: undefined, isAfterCut: false, wasHeld: false }
  while (!reading.aborted) {
    if (!from.isAfterCut) from = await askWhereItEnds(bench, stream, { from, signal })
    const read = await readOnce(bench, { target, reading }, { writer, from })
    await writer.drained()
    from = read.next
    if (from.isAfterCut) await writer.put([gapAfter(from.last, clock, LEFT_OUT)])
    if (read.end === 'ended' && hasEnded()) break
    if (read.hasNew) delayMs = FIRST_DELAY_MS
    if (!from.isAfterCut) await clock.delay(delayMs, reading)
    delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2)
  }
  if (from.wasHeld) await writer.put([gapAfter(from.last, clock, LOST)])
  await writer.drained()
}

function streamOf({ uid, container, namespace, pod, node }: ContainerTarget): LogStream {
  return { podUid: uid, container, namespace, name: pod, device: node }
}

async function askWhereItEnds(
  { database, clock }: LogBench,
  stream: LogStream,
  { from, signal }: { readonly from: From; readonly signal: AbortSignal },
): Promise<From> {
  const askedMs = clock.steadyMs()
  const last = await database.useForSure((store) => store.lastLineAt(stream), signal)
  return { ...from, last, wasHeld: from.wasHeld || clock.steadyMs() - askedMs > HELD_MS }
}

const LEFT_OUT = 'lines were left out here: more was written than is kept'
const LOST =
  'what was written after this was lost: the database was away, and the device was gone before it came back'

function gapAfter(at: string | undefined, clock: Pick<Clock, 'wallMs'>, why: string): LogLine {
  const now = new Date(clock.wallMs()).toISOString().replace('Z', '000000Z')
  return { at: at ?? now, ordinal: GAP_ORDINAL, isGap: true, text: why }
}

/** From where a log is read. */
type From = {
  /** The newest line that is in the record. */
  readonly last: string | undefined
  readonly isAfterCut: boolean
  /** Whether what comes had to wait for a database that was away. */
  readonly wasHeld: boolean
}

type Read = { readonly end: End; readonly hasNew: boolean; readonly next: From }

async function readOnce(
  { streams, budget, clock }: LogBench,
  { target, reading }: Pick<FollowedContainer, 'target' | 'reading'>,
  { writer, from }: { readonly writer: LineWriter; readonly from: From },
): Promise<Read> {
  const over = new AbortController()
  const signal = AbortSignal.any([reading, over.signal])
  const parser = createLogParser()
  const since = from.isAfterCut ? { tailLines: TAIL_LINES } : { sinceTime: from.last }
  let [hasNew, wasHeld, behindMs] = [false, from.wasHeld, 0]
  const done = (end: End): Read => {
    return {
      end,
      hasNew,
      next: { last: parser.lastAt() ?? from.last, isAfterCut: end === 'cut', wasHeld },
    }
  }
  try {
    for await (const piece of streams.log(target, { ...wholeLog, ...since }, signal)) {
      const lines = parser.parse(piece)
      hasNew ||= lines.some(({ at }) => at !== from.last)
      const putMs = clock.steadyMs()
      await writer.put(lines)
      wasHeld = clock.steadyMs() - putMs > HELD_MS
      const waitMs = budget.take(target.namespace, piece.length)
      behindMs = waitMs === 0 ? 0 : behindMs + waitMs
      if (behindMs > MOST_BEHIND_MS) return done('cut')
      await clock.delay(waitMs, signal)
    }
    return done('ended')
  } catch {
    // A device that is away is asked again; where another masternode drives it, that one records.
    return done('failed')
  } finally {
    over.abort()
  }
}

const wholeLog = {
  follow: true,
  previous: false,
  timestamps: true,
  tailLines: undefined,
  sinceSeconds: undefined,
  sinceTime: undefined,
  limitBytes: undefined,
}
