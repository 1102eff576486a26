import type { Clock } from '@nexqloud/kernel'

import {
  pieceNames,
  type MeasureAnswer,
  type MeasureRequest,
  type PieceName,
} from '../protocol/measurement.ts'
import { findForgery, type Forgery } from './check-answer.ts'
import { lineSpeed, nextLineBytes, type LineDirection, type LineRequest } from './line-run.ts'
import { areSettled, countedSpeed, rounds } from './rounds.ts'
import { scoreFindings, speedOf, type Findings, type MeasuredScores } from './score-measurement.ts'

/** A device that is measured, whichever way leads to it. What it throws ends the measurement. */
export type DeviceProbe = {
  readonly ask: (request: MeasureRequest) => Promise<MeasureAnswer>
  /** Has bytes go one way; returns whether they arrived, and were those that follow from the nonce. */
  readonly tryLine: (request: LineRequest) => Promise<'arrived' | 'tooSlow' | 'wrongBytes'>
}

/** What measuring a device takes. */
export type MeasureParts = {
  readonly probe: DeviceProbe
  readonly device: number
  /** Whether others are measured in the same seconds: then each piece takes all of its time, so that they meet in each. */
  readonly isTogether: boolean
  /** Whether what says that it is no machine is measured, as on a local network. */
  readonly takesImitated: boolean
  /** When the answer has to be there, by the steady clock: a part that is disturbed has its share of what is left. */
  readonly untilMs: number
  /** 32 bytes that nobody knew before, as hex after `0x`. */
  readonly createNonce: () => `0x${string}`
  /** From 0 to below 1. */
  readonly random: () => number
  readonly clock: Pick<Clock, 'steadyMs' | 'delay'>
}

/** What is measured, one after the other. */
type Part = PieceName | LineDirection
const partNames: readonly Part[] = [...pieceNames, 'down', 'up']

/** What came of a measurement. */
export type MeasureOutcome =
  | {
      readonly kind: 'measured'
      readonly scores: MeasuredScores
      readonly findings: Findings
      /** It is no machine, by its own word, where such are taken: each part is looked at once, and its line not at all. */
      readonly isImitated: boolean
    }
  | { readonly kind: 'forged'; readonly part: Part; readonly forgery: Forgery }

/** Measures a device, part after part, each in several rounds under nonces of their own: six seconds where nothing disturbs it, 48 and a round at most. */
export async function takeMeasurement(
  parts: MeasureParts,
  signal: AbortSignal,
): Promise<MeasureOutcome> {
  const speeds: Partial<Record<Part, number>> = {}
  const answers: Partial<Record<PieceName, MeasureAnswer>> = {}
  const beganMs = parts.clock.steadyMs()
  for (const [index, part] of partNames.entries()) {
    if (isOfLine(part) && isImitated(answers)) continue
    const terms = { most: rounds.most[part], forMs: timeFor(parts, index, beganMs) }
    const runs = await repeat(
      parts,
      {
        ...terms,
        runOnce: (before) =>
          isOfLine(part) ? tryLineOnce(parts, part, before) : measureOnce(parts, part),
      },
      signal,
    )
    const forged = runs.find((run) => 'forgery' in run)
    if (forged !== undefined) return { kind: 'forged', part, forgery: forged.forgery }
    const good = runs.filter((run) => 'speed' in run)
    speeds[part] = countedSpeed(good.map(({ speed }) => speed))
    for (const { answer } of good) if (answer !== undefined) answers[answer.piece] = answer
  }
  const findings = toFindings(speeds, answers)
  return {
    kind: 'measured',
    scores: scoreFindings(findings),
    findings,
    isImitated: isImitated(answers),
  }
}

function isOfLine(part: Part): part is LineDirection {
  return part === 'down' || part === 'up'
}

function isImitated(answers: Partial<Record<PieceName, MeasureAnswer>>): boolean {
  return Object.values(answers).some((answer) => answer.isImitated === true)
}

/** Those that are measured together leave each part at the same second, however long their last rounds took. */
function timeFor(
  { isTogether, untilMs, clock }: MeasureParts,
  index: number,
  beganMs: number,
): number {
  const nowMs = clock.steadyMs()
  if (isTogether) return beganMs + (index + 1) * rounds.togetherMs - nowMs
  return Math.min(rounds.patienceMs, (untilMs - nowMs) / (partNames.length - index))
}

/** One round. */
type Run =
  | { readonly speed: number; readonly answer?: MeasureAnswer }
  | { readonly forgery: Forgery }

async function measureOnce(
  { probe, device, takesImitated, createNonce, random, clock }: MeasureParts,
  piece: PieceName,
): Promise<Run> {
  const request = { nonce: createNonce(), device, piece }
  const beganMs = clock.steadyMs()
  const answer = await probe.ask(request)
  const elapsedMs = clock.steadyMs() - beganMs
  if (answer.isImitated === true && !takesImitated) return { forgery: 'imitated' }
  const forgery = findForgery(answer, request, random)
  return forgery === undefined ? { answer, speed: speedOf(answer, elapsedMs) } : { forgery }
}

async function tryLineOnce(
  { probe, device, createNonce, clock }: MeasureParts,
  direction: LineDirection,
  before: number,
): Promise<Run> {
  const bytes = nextLineBytes(before)
  const beganMs = clock.steadyMs()
  const end = await probe.tryLine({ nonce: createNonce(), device, direction, bytes })
  if (end === 'wrongBytes') return { forgery: end }
  return { speed: end === 'tooSlow' ? 0 : lineSpeed(bytes, clock.steadyMs() - beganMs) }
}

type Repeating = {
  readonly most: number
  readonly forMs: number
  readonly runOnce: (lastSpeed: number) => Promise<Run>
}

/** Repeats a round until it tells nothing new, or its time is over, or it was forged. */
async function repeat(
  { clock, isTogether }: MeasureParts,
  { most, forMs, runOnce }: Repeating,
  signal: AbortSignal,
): Promise<readonly Run[]> {
  const beganMs = clock.steadyMs()
  const leftMs = (): number => Math.max(0, forMs - (clock.steadyMs() - beganMs))
  const runs: Run[] = []
  const speeds: number[] = []
  do {
    signal.throwIfAborted()
    const run = await runOnce(speeds.at(-1) ?? 0)
    runs.push(run)
    if ('forgery' in run) return runs
    speeds.push(run.speed)
    if (run.answer?.isImitated === true) break
    if (!isTogether && areSettled(speeds)) break
  } while (leftMs() > 0 && runs.length < most)
  if (isTogether) await clock.delay(leftMs(), signal)
  return runs
}

function toFindings(
  { single = 0, all = 0, memory = 0, storage = 0, down = 0, up = 0 }: Partial<Record<Part, number>>,
  answers: Partial<Record<PieceName, MeasureAnswer>>,
): Findings {
  const mebibytesOf = (answer: MeasureAnswer | undefined): number =>
    answer !== undefined && 'totalBytes' in answer ? answer.totalBytes / 2 ** 20 : 0
  const threads = answers.all?.piece === 'all' ? answers.all.runs.length : 0
  const memoryMebibytes = mebibytesOf(answers.memory)
  const freeMebibytes = mebibytesOf(answers.storage)
  return { single, all, threads, memory, storage, memoryMebibytes, freeMebibytes, down, up }
}
