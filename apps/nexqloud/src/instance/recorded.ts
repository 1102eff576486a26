import {
  instanceLogs,
  instanceRecords,
  type InstanceLog,
  type InstanceRecord,
} from '@nexqloud/control'
import { StatusError } from '@nexqloud/kube'

import type { InstanceSession } from './instance-session.ts'
import type { LogPart } from './log-part.ts'

type Asking = Pick<InstanceSession, 'client' | 'namespace' | 'shell'>

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

/** Returns since when there was no database for the events of a history, as far back as these go. */
export function outageLines({ events, outages }: InstanceRecord): readonly string[] {
  const first = events[0]?.at ?? ''
  return outages
    .filter(({ until }) => until >= first)
    .map(({ masternode, from, until }) => {
      return `masternode ${masternode} had no database from ${from} until ${until}`
    })
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
