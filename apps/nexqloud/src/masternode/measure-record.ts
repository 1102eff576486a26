import type { Findings, MeasureOutcome } from '@nexqloud/device'
import { nameOfDevice, type DeviceId, type MasternodeId } from '@nexqloud/kernel'
import type { RawScores } from '@nexqloud/ledger'
import { changedScores, findOverclaims } from '@nexqloud/rules'
import type { RecordedEvent } from '@nexqloud/store'

import { isNothing, scoreNames } from '../device/scores-text.ts'
import type { MeasuredDevice, Verdict } from './measure-book.ts'
import type { Conclusion, MissedStart } from './measure-conclusion.ts'

/** What came of a measurement, by a code that its device is told, too. */
export type MeasureCause =
  | 'first'
  | 'unchanged'
  | 'changed'
  | 'together'
  | 'sharesMachine'
  | 'forged'
  | 'unanswered'
  | 'missedStart'
  | 'imitated'

/** What the record says a measurement caused. */
const recordCauses: Readonly<Record<MeasureCause, string>> = {
  first: 'Measured',
  unchanged: 'MeasuredAgain',
  changed: 'ScoreChanged',
  together: 'FellTogether',
  sharesMachine: 'SharesMachine',
  forged: 'MeasurementForged',
  unanswered: 'MeasurementUnanswered',
  missedStart: 'MissedStart',
  imitated: 'MeasurementImitated',
}

/** A device, who writes of it, and when. */
export type RecordedOf = {
  readonly device: DeviceId
  readonly masternode: MasternodeId
  readonly atMs: number
}

/** What a device says that it has. */
export type ClaimedMachine = { readonly cpus: number; readonly memoryBytes: number }

/** What is on the chain of a device now, and what counted before. */
export type MeasuredFound = Conclusion & { readonly before: RawScores }

/** Returns why scores that go to the chain are what they are: nothing was measured before, within noise, or what changed. */
export function causeOf({ before, scores, missed }: MeasuredFound): MeasureCause {
  if (scores === undefined) return 'unanswered'
  if (missed !== undefined) return 'missedStart'
  if (isNothing(before)) return 'first'
  return changedScores(before, scores).length === 0 ? 'unchanged' : 'changed'
}

/** Returns the event of scores that are on the chain now. */
export function describeScores(of: RecordedOf, found: MeasuredFound): RecordedEvent {
  const cause = causeOf(found)
  const { findings } = found
  return createEvent(of, cause, {
    message: messageOf(cause, found),
    evidence: findings === undefined ? '' : formatFindings(findings),
  })
}

function messageOf(cause: MeasureCause, { before, scores, missed }: MeasuredFound): string {
  if (scores === undefined) return 'It did not answer until the time was over: its scores are 0.'
  if (missed !== undefined) return describeMissed(missed)
  if (cause === 'first') return 'It was measured, and nothing of it counts until its owner accepts.'
  if (cause === 'unchanged') return 'It was measured again, and differs by a tenth at most.'
  const changed = changedScores(before, scores).map(
    ({ category, before: was, after }) => `${scoreNames[category]} ${was} to ${after}`,
  )
  return `It was measured again, and has changed: ${changed.join(', ')}.`
}

function describeMissed({ among, hasFallen }: MissedStart): string {
  const others = among === 2 ? 'another device' : `${among - 1} other devices`
  const follows = hasFallen
    ? 'That is the second time in a row: it counts as one machine with them.'
    : 'Once more, and it counts as one machine with them.'
  return `It was ordered to be measured together with ${others} of its owner or its network, and was not there when they began. ${follows}`
}

/** Returns the event of an answer that was none. */
export function describeForgery(
  of: RecordedOf,
  { part, forgery }: Extract<MeasureOutcome, { kind: 'forged' }>,
): RecordedEvent {
  const message = `Its answer was refused, and nothing of it counts: ${forgeries[forgery]}.`
  return createEvent(of, causeOfForgery(forgery), { message, evidence: `${part}: ${forgery}` })
}

/** Returns what a device is told whose answer was refused. */
export function causeOfForgery(forgery: Forgery): MeasureCause {
  return forgery === 'imitated' ? 'imitated' : 'forged'
}

type Forgery = Extract<MeasureOutcome, { kind: 'forged' }>['forgery']

const forgeries = {
  otherNonce: 'it answers another nonce',
  otherDevice: "it is another device's",
  otherPiece: 'it is of another part',
  wrongChain: 'a piece of its hashes is not what hashing leads to',
  wrongBytes: 'its bytes do not follow from nonce and device',
  imitated: 'it says that it imitates a machine, and those are measured on a local network alone',
} as const satisfies Readonly<Record<Forgery, string>>

/** Returns the events of devices that look as one machine. */
export function describeVerdict(
  { start, measured, found, confirmed }: Verdict,
  by: Omit<RecordedOf, 'device'>,
): readonly RecordedEvent[] {
  return found.map((device) => {
    const isConfirmed = confirmed.includes(device)
    const score = measured.find((one) => one.device === device)
    const others = found.filter((other) => other !== device).join(', ')
    const message = isConfirmed
      ? `It fell together with ${others} twice in a row: they are one machine, and count as what that has.`
      : `It fell together with ${others}: once more, and they are one machine.`
    const evidence = `CPU ${score?.alone ?? 0} alone, ${score?.together ?? 0} together`
    const event = createEvent({ ...by, device }, isConfirmed ? 'sharesMachine' : 'together', {
      message,
      evidence,
    })
    return { ...event, key: `measured-together/${device}/${start}` }
  })
}

/** Returns the event of a device that says it has more than was measured; nothing where it does not. */
export function describeClaims(
  of: RecordedOf,
  claimed: ClaimedMachine,
  { single, all, memoryMebibytes }: Findings,
): RecordedEvent | undefined {
  const parallel = single === 0 ? 0 : all / single
  const measuredMemoryBytes = memoryMebibytes * 2 ** 20
  const more = findOverclaims({ ...claimed, parallel, measuredMemoryBytes })
  if (more.length === 0) return undefined
  return {
    ...createEvent(of, 'changed', {
      message: `It says that it has more than was measured of it (${more.join(', ')}); its scores follow from what was measured.`,
      evidence: `${claimed.cpus} CPUs, all as fast as ${parallel.toFixed(1)}; ${claimed.memoryBytes} bytes of memory, ${measuredMemoryBytes} measured`,
    }),
    key: `claims/${of.device}/${of.atMs}`,
    cause: 'ClaimsMore',
    type: 'Warning',
  }
}

/** Returns the event of a device that could not be measured for too long. */
export function describeUnmeasured(
  { id, measuredAt }: MeasuredDevice,
  why: 'away' | 'paused',
  by: Omit<RecordedOf, 'device'>,
): RecordedEvent {
  const since = new Date(measuredAt * 1000).toISOString()
  return {
    ...createEvent({ ...by, device: id }, 'unanswered', {
      message: `It could not be measured since ${since}: it is ${why} whenever it is due.`,
      evidence: '',
    }),
    key: `unmeasured/${id}/${measuredAt}`,
    cause: 'NotMeasurable',
  }
}

function createEvent(
  { device, masternode, atMs }: RecordedOf,
  cause: MeasureCause,
  { message, evidence }: Pick<RecordedEvent, 'message' | 'evidence'>,
): RecordedEvent {
  const name = nameOfDevice(device)
  const isUsual = cause === 'first' || cause === 'unchanged'
  return {
    key: `measured/${device}/${atMs}`,
    subject: 'device',
    namespace: '',
    name,
    podUid: '',
    device: name,
    type: isUsual ? 'Normal' : 'Warning',
    cause: recordCauses[cause],
    actor: `masternode ${masternode}`,
    message,
    evidence,
    at: new Date(atMs),
  }
}

function formatFindings(found: Findings): string {
  const round = (value: number): string => value.toFixed(0)
  return [
    `${round(found.single)} thousand hashes a second on one thread`,
    `${round(found.all)} on ${found.threads}`,
    `memory ${round(found.memory)} MiB/s of ${round(found.memoryMebibytes)} MiB`,
    `storage ${round(found.storage)} MiB/s, ${round(found.freeMebibytes)} MiB free`,
    `line ${round(found.down)} kbit/s down, ${round(found.up)} up`,
  ].join('; ')
}
