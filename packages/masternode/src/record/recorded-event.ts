import { HEALER, type Instance } from '@nexqloud/control'
import type { Kind, kinds } from '@nexqloud/kube'
import type { RecordedEvent } from '@nexqloud/store'

type ObjectOf<Of> = Of extends Kind<infer Type> ? Type : never

/** An event of the Kubernetes API. */
export type KubeEvent = ObjectOf<typeof kinds.events>

const subjects: Readonly<Record<string, RecordedEvent['subject']>> = {
  Pod: 'instance',
  Instance: 'instance',
  Node: 'device',
}

/** Returns what the record keeps of an event; nothing where it is about something else. */
export function recordedEventOf(event: KubeEvent): RecordedEvent | undefined {
  const { metadata, type = '', reason: cause = '', message = '', count = 1 } = event
  const about = aboutOf(event)
  if (about === undefined || metadata.uid === undefined) return undefined
  const actor = actorOf(event)
  // Its instance says the same, with the evidence.
  const isStop = actor === HEALER && about.podUid !== '' && message.startsWith(STOPPED)
  const key = isStop ? stopKey(about.podUid, cause) : `${metadata.uid}/${count}`
  return { ...about, key, type, cause, actor, message, evidence: '', at: timeOf(event) }
}

function aboutOf({ involvedObject }: KubeEvent) {
  const { kind = '', name = '', namespace = '', uid = '' } = involvedObject
  const subject = subjects[kind]
  if (subject === undefined) return undefined
  if (subject === 'device') return { subject, namespace: '', name, podUid: '', device: name }
  return { subject, namespace, name, podUid: kind === 'Pod' ? uid : '', device: '' }
}

function actorOf({ reportingComponent, source }: KubeEvent): string {
  return reportingComponent || source?.component || ''
}

/** Returns what the record keeps of an instance's newest stop; nothing where it was never stopped. */
export function recordedStopOf({ metadata = {}, status }: Instance): RecordedEvent | undefined {
  const { lastStop } = status ?? {}
  if (lastStop === undefined) return undefined
  const { cause, actor, evidence, device, pod: podUid, at } = lastStop
  return {
    key: stopKey(podUid, cause),
    subject: 'instance',
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    podUid,
    device,
    type: cause === 'UserStopped' ? 'Normal' : 'Warning',
    cause,
    actor,
    message: `${STOPPED}${evidence}`,
    evidence,
    at: dateOf(at),
  }
}

/** How the healer begins what it says of a pod that it stopped. */
const STOPPED = 'Stopped: '

function stopKey(podUid: string, cause: string): string {
  return `stop/${podUid}/${cause}`
}

function timeOf({ lastTimestamp, eventTime, metadata }: KubeEvent): Date {
  return dateOf(lastTimestamp ?? eventTime ?? metadata.creationTimestamp)
}

/** Times come from anybody who may write events. */
function dateOf(text: string | undefined): Date {
  const ms = Date.parse(text ?? '')
  return new Date(Number.isNaN(ms) ? 0 : ms)
}
