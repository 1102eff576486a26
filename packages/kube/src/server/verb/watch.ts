import type { KubeObject } from '../../object.ts'
import { apiVersionOf, groupResource } from '../../resource/resource-type.ts'
import type { Selector } from '../../resource/selector.ts'
import { StatusError, statusError } from '../../status-error.ts'
import { RevisionExpiredError } from '../../store/errors.ts'
import type { StoreEvent } from '../../store/event-log.ts'
import { parseAccept } from '../accept.ts'
import type { ResourceRequest } from '../context.ts'
import type { ApiResponse, WatchEvent } from '../request.ts'
import { createTable, partialOf } from '../table.ts'
import {
  assertReached,
  namespaceOf,
  parseInclude,
  parseVersion,
  selectObjects,
  selectorsOf,
} from './read.ts'

/** A watch ends after so long where the client does not say; it goes on from where it was. */
const DEFAULT_TIMEOUT_SECONDS = 3600

/** Answers with what changes from a version on. */
export function watchObjects(asked: ResourceRequest): ApiResponse {
  const { query } = asked.request
  const { select } = selectorsOf(asked)
  const revision = parseVersion(query)
  if (revision !== undefined) assertReached(revision, asked.context.store.revision())
  const sendsInitial = query.get('sendInitialEvents') === 'true'
  if (sendsInitial && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw statusError('Invalid', 'sendInitialEvents needs resourceVersionMatch=NotOlderThan')
  }
  const shape = createShape(asked)
  return { status: 200, body: { events: watch(asked, { select, revision, sendsInitial, shape }) } }
}

type Watch = {
  readonly select: Selector | undefined
  readonly revision: number | undefined
  readonly sendsInitial: boolean
  /** Puts an object into the form that the client asked for. */
  readonly shape: (object: KubeObject) => KubeObject
}

async function* watch(asked: ResourceRequest, options: Watch): AsyncGenerator<WatchEvent> {
  const { context, request, type } = asked
  const ended = new AbortController()
  const queue = createQueue(context.watches.queued)
  const filter = createFilter(asked, options.select)
  const stop = context.store.subscribe(groupResource(type), (event) => {
    for (const seen of filter(event)) queue.push(seen)
  })
  request.signal.addEventListener('abort', queue.close, { once: true })
  void keepTime(asked, queue, ended.signal)
  try {
    firstEvents(asked, options, filter).forEach(queue.push)
    while (!request.signal.aborted) {
      for (const event of queue.take()) yield shapeEvent(event, options.shape)
      if (queue.isOver()) return
      await queue.filled()
    }
  } catch (failure) {
    yield errorEvent(failure)
  } finally {
    ended.abort()
    request.signal.removeEventListener('abort', queue.close)
    stop()
  }
}

/** Ends a watch when its time is over, and sends bookmarks until then where they were asked for. */
async function keepTime(
  asked: ResourceRequest,
  queue: ReturnType<typeof createQueue>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, watches } = asked.context
  const { query } = asked.request
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || DEFAULT_TIMEOUT_SECONDS
  const endMs = clock.steadyMs() + seconds * 1000
  for (let leftMs = seconds * 1000; leftMs > 0; leftMs = endMs - clock.steadyMs()) {
    await clock.delay(Math.min(leftMs, watches.bookmarkMs), signal)
    if (signal.aborted) return
    if (wantsBookmarks) queue.push(bookmark(asked, {}))
  }
  queue.close()
}

/** Changes that wait for the reader. */
function createQueue(limit: number) {
  let waiting: WatchEvent[] = []
  let isClosed = false
  let wake = (): void => {}
  const close = (): void => {
    isClosed = true
    wake()
  }
  return {
    push: (event: WatchEvent): void => {
      if (isClosed) return
      if (waiting.length < limit) waiting.push(event)
      else {
        waiting = [errorEvent(tooSlow(limit))]
        isClosed = true
      }
      wake()
    },
    take: (): readonly WatchEvent[] => {
      const taken = waiting
      waiting = []
      return taken
    },
    close,
    /** Whether nothing waits, nor will. */
    isOver: (): boolean => isClosed && waiting.length === 0,
    /** Resolves once something waits, or nothing will any more. */
    filled: (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve
        if (waiting.length > 0 || isClosed) resolve()
      }),
  }
}

/** What a watch begins with: what was missed since its version, or all that there is. */
function firstEvents(
  asked: ResourceRequest,
  { revision = 0, sendsInitial }: Watch,
  filter: ReturnType<typeof createFilter>,
): readonly WatchEvent[] {
  const { context, type } = asked
  if (revision > 0 && !sendsInitial) {
    return context.store.eventsAfter(groupResource(type), revision).flatMap(filter)
  }
  const found = selectObjects(asked).map((object) => ({ type: 'ADDED', object }) as const)
  if (!sendsInitial) return found
  return [...found, bookmark(asked, { annotations: { 'k8s.io/initial-events-end': 'true' } })]
}

function bookmark({ context, type }: ResourceRequest, metadata: object): WatchEvent {
  const resourceVersion = String(context.store.revision())
  const object: KubeObject = {
    kind: type.kind,
    apiVersion: apiVersionOf(type),
    metadata: { resourceVersion, ...metadata },
  }
  return { type: 'BOOKMARK', object }
}

/**
 * Returns what a watcher with selectors sees of a change: an object that comes into its view is added to it, one that
 * leaves it is deleted from it.
 */
function createFilter(asked: ResourceRequest, select: Selector | undefined) {
  const namespace = namespaceOf(asked)
  const isSeen = (object: KubeObject | undefined): boolean =>
    object !== undefined && (select?.(object) ?? true)
  return ({ type, key, object, previous }: StoreEvent): readonly WatchEvent[] => {
    if (namespace !== '' && key.namespace !== namespace) return []
    const [was, is] = [isSeen(previous), type !== 'DELETED' && isSeen(object)]
    if (was && is) return [{ type: 'MODIFIED', object }]
    if (is) return [{ type: 'ADDED', object }]
    return was ? [{ type: 'DELETED', object }] : []
  }
}

function createShape({ context, request, type }: ResourceRequest) {
  const form = parseAccept(request.accept)
  if (form === 'object') return (object: KubeObject): KubeObject => object
  if (form === 'metadata') return partialOf
  const include = parseInclude(request.query)
  let hasColumns = true
  return (object: KubeObject): KubeObject => {
    const metadata = { resourceVersion: object.metadata.resourceVersion }
    const nowMs = context.clock.wallMs()
    const table = createTable(type, [object], { metadata, include, hasColumns, nowMs })
    hasColumns = false
    return table
  }
}

function shapeEvent(event: WatchEvent, shape: Watch['shape']): WatchEvent {
  const isShaped = event.type !== 'BOOKMARK' && event.type !== 'ERROR'
  return isShaped ? { ...event, object: shape(event.object) } : event
}

function tooSlow(limit: number): StatusError {
  const why = `More than ${limit} changes waited for this watch to read them.`
  return statusError('Expired', why, { hint: 'List again, and read faster.' })
}

function errorEvent(failure: unknown): WatchEvent {
  const error =
    failure instanceof RevisionExpiredError ? statusError('Expired', failure.message) : failure
  if (!(error instanceof StatusError)) throw error
  return { type: 'ERROR', object: error.status as unknown as KubeObject }
}
