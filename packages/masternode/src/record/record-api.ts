import { instanceRecords, type InstanceLog, type InstanceRecord } from '@nexqloud/control'
import { ADMINISTRATORS, StatusError, type Aggregated, type User } from '@nexqloud/kube'
import { DatabaseAwayError, type LogLine, type RecordStore } from '@nexqloud/store'

import { lineText } from './log-text.ts'
import type { RecordDatabase } from './record-database.ts'

const MOST_EVENTS = 1000
const MOST_LINES = 10_000
/** Outages are told of as long as events are. */
const OUTAGES_MS = 90 * 86_400_000

const place =
  /^\/apis\/record\.nexqloud\.io\/v1\/namespaces\/([a-z0-9-]{1,63})\/instancerecords\/([a-z0-9.-]{1,253})(\/log)?$/

/** Returns who answers for the record beside the Kubernetes API: an account of its own namespaces, administrators of all. */
export function createRecordApi(
  database: RecordDatabase,
  clock: { readonly wallMs: () => number },
): Aggregated {
  return async ({ method, path, user }) => {
    const [, namespace, name, isLog] = place.exec(path) ?? []
    if (namespace === undefined || name === undefined) return undefined
    if (method !== 'GET') throw refuse(405, 'MethodNotAllowed', 'The record is only read.')
    if (!mayRead(user, namespace)) {
      const message = `User "${user.name}" cannot read the record of the namespace "${namespace}".`
      throw refuse(403, 'Forbidden', message)
    }
    const instance = { namespace, name }
    const found = await asked<InstanceRecord | InstanceLog | undefined>(database, (store) =>
      isLog === undefined ? readRecord(store, instance, clock.wallMs()) : readLog(store, instance),
    )
    if (found === undefined) {
      throw refuse(404, 'NotFound', `Nothing is recorded of the instance ${namespace}/${name}.`)
    }
    const head = { apiVersion: 'record.nexqloud.io/v1', metadata: instance }
    const kind = isLog === undefined ? instanceRecords.kind : 'InstanceLog'
    return { status: 200, body: { json: { ...head, kind, ...found } } }
  }
}

function mayRead({ groups, namespaces = [] }: User, namespace: string): boolean {
  return groups.includes(ADMINISTRATORS) || namespaces.includes(namespace)
}

async function asked<Result>(
  database: RecordDatabase,
  ask: (store: RecordStore) => Promise<Result>,
): Promise<Result> {
  try {
    return await database.use(ask)
  } catch (failure) {
    if (!(failure instanceof DatabaseAwayError)) throw failure
    throw refuse(503, 'ServiceUnavailable', failure.message)
  }
}

type Instance = { readonly namespace: string; readonly name: string }

async function readRecord(
  store: RecordStore,
  instance: Instance,
  nowMs: number,
): Promise<InstanceRecord | undefined> {
  const subject = { subject: 'instance', ...instance } as const
  const [events, streams] = await Promise.all([
    store.readEvents(subject, MOST_EVENTS),
    store.listStreams(instance),
  ])
  if (events.length === 0 && streams.length === 0) return undefined
  const outages = await store.readOutages(new Date(nowMs - OUTAGES_MS))
  return {
    events: events.map(({ at, type, cause, actor, message, evidence, device, podUid: pod }) => {
      return { at: at.toISOString(), type, cause, actor, message, evidence, device, pod }
    }),
    logs: streams.map(({ podUid: pod, container, device, startedAt, writtenAt }) => {
      const [from, until] = [startedAt.toISOString(), writtenAt.toISOString()]
      return { pod, container, device, from, until }
    }),
    outages: outages.map(({ masternode, from, until, why }) => {
      return { masternode, from: from.toISOString(), until: until.toISOString(), why }
    }),
  }
}

async function readLog(store: RecordStore, instance: Instance): Promise<InstanceLog | undefined> {
  const streams = await store.listStreams(instance)
  if (streams.length === 0) return undefined
  const lines: InstanceLog['lines'][number][] = []
  // From the newest one on, as far as the answer may go.
  for (const stream of streams.toReversed()) {
    const { podUid: pod, device } = stream
    const most = MOST_LINES - lines.length
    const read: readonly LogLine[] = most > 0 ? await store.readLines(stream, most) : []
    lines.unshift(...read.map((line) => ({ pod, device, at: line.at, text: lineText(line) })))
  }
  return { lines }
}

function refuse(code: number, reason: string, message: string): StatusError {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const
  return new StatusError({ ...status, code, reason, message })
}
