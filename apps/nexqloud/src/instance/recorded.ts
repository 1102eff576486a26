import {
  instanceLogs,
  instanceRecords,
  type InstanceLog,
  type InstanceRecord,
} from '@nexqloud/control'
import { ageOf, StatusError } from '@nexqloud/kube'

import { formatTable } from '../fields.ts'
import type { InstanceSession } from './instance-session.ts'
import type { LogPart } from './log-part.ts'

type Asking = Pick<InstanceSession, 'client' | 'namespace' | 'shell'>

/** Events of an instance's history that are shown. */
const SHOWN_EVENTS = 50

/** Returns what the record has of an instance; nothing where it has none, or is away. */
export function readRecord(
  { client, namespace, shell }: Asking,
  name: string,
): Promise<InstanceRecord | undefined> {
  return orNothing(shell, client.get(instanceRecords, { namespace, name }))
}

/** Returns what an instance wrote, wherever it ran; nothing where nobody recorded it, or the record is away. */
export function readRecordedLog(
  { client, namespace, shell }: Asking,
  name: string,
): Promise<InstanceLog | undefined> {
  return orNothing(shell, client.get(instanceLogs, { namespace, name, subresource: 'log' }))
}

/** Returns which lines of a recorded log were asked for. */
export function partOfLog(
  { lines }: InstanceLog,
  { sinceSeconds, tailLines, timestamps }: LogPart,
  nowMs: number,
): readonly string[] {
  const sinceMs = sinceSeconds === undefined ? 0 : nowMs - sinceSeconds * 1000
  const young = lines.filter(({ at }) => Date.parse(at) >= sinceMs)
  const last = tailLines === undefined ? young : young.slice(Math.max(0, young.length - tailLines))
  return last.map(({ at, text }) => (timestamps ? `${at} ${text}` : text))
}

/** Returns the newest events of a history, and since when there was no database for them. */
export function historyLines(
  { events, outages }: InstanceRecord,
  nowMs: number,
): readonly string[] {
  const rows = events.slice(-SHOWN_EVENTS).map(({ at, cause, device, actor, message }) => {
    return [`${ageOf(at, nowMs)} ago`, cause, device, actor, message.replaceAll(/\s+/g, ' ')]
  })
  const first = events[0]?.at ?? ''
  const away = outages
    .filter(({ until }) => until >= first)
    .map(({ masternode, from, until }) => {
      return `masternode ${masternode} had no database from ${from} until ${until}`
    })
  return [...formatTable(rows), ...away]
}

async function orNothing<Type>(
  shell: InstanceSession['shell'],
  asking: Promise<Type>,
): Promise<Type | undefined> {
  try {
    return await asking
  } catch (failure) {
    if (!(failure instanceof StatusError)) throw failure
    // Another Kubernetes has no record; one that is away is worth a word.
    if (failure.status.code === 503) shell.printer.note(failure.message)
    return undefined
  }
}
