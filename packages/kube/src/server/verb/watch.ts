import type { KubeObject } from '../../object.ts'
import { apiVersionOf, groupResource } from '../../resource/resource-type.ts'
import type { Selector } from '../../resource/selector.ts'
import { StatusError, statusError } from '../../status-error.ts'
import { RevisionExpiredError } from '../../store/errors.ts'
import type { StoreEvent } from '../../store/event-log.ts'
import { wantsTable } from '../accept.ts'
import type { ResourceRequest } from '../context.ts'
import type { ApiResponse, WatchEvent } from '../request.ts'
import { createTable } from '../table.ts'
import {
  assertReached,
  namespaceOf,
  parseInclude,
  parseVersion,
  parseWhole,
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
  const seconds = parseWhole(query, 'timeoutSeconds') || DEFAULT_TIMEOUT_SECONDS
  const shape = createShape(asked)
  return {
    status: 200,
    body: { events: watch(asked, { select, revision, sendsInitial, seconds, shape }) },
  }
}

type Watch = {
  readonly select: Selector | undefined
  readonly revision: number | undefined
  readonly sendsInitial: boolean
  /** When it ends. */
  readonly seconds: number
  /** Puts an object into the form that the client asked for. */
  readonly shape: (object: KubeObject) => KubeObject
}

/** The version that a watcher has seen, and what it is to see first. */
type Beginning = { readonly revision: number; readonly events: readonly WatchEvent[] }

async function* watch(asked: ResourceRequest, options: Watch): AsyncGenerator<WatchEvent> {
  const timer = createTimer(asked, options.seconds)
  const stop = asked.context.store.subscribe(groupResource(asked.type), ({ revision }) => {
    timer.wake(revision)
  })
  try {
    yield* follow(asked, options, timer)
  } catch (failure) {
    yield errorEvent(failure)
  } finally {
    timer.end()
    stop()
  }
}

// What waits for a slow reader stays in the store's log: one that falls behind it has to list again.
async function* follow(
  asked: ResourceRequest,
  options: Watch,
  timer: Timer,
): AsyncGenerator<WatchEvent> {
  const { request, type, context } = asked
  const filter = createFilter(asked, options.select)
  const { revision: from, events } = begin(asked, options)
  for (const event of events) yield shapeEvent(event, options.shape)
  let revision = from
  while (!request.signal.aborted) {
    const event = context.store.nextEvent(groupResource(type), revision)
    revision = event?.revision ?? context.store.revision()
    if (event !== undefined && !timer.isOver()) {
      const seen = filter(event)
      if (seen !== undefined) yield shapeEvent(seen, options.shape)
    } else if (event === undefined && timer.takeBookmark()) yield bookmark(asked, {})
    else if (timer.isOver()) return
    else revision = Math.max(revision, (await timer.woken(context.store.revision)) - 1)
  }
}

type Timer = ReturnType<typeof createTimer>

/** Wakes a watch: when something changed, when a bookmark is due, and when its time is over. */
function createTimer({ context, request }: ResourceRequest, seconds: number) {
  const { clock, watches } = context
  const { query } = request
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
  const endMs = clock.steadyMs() + seconds * 1000
  const ended = new AbortController()
  const signal = AbortSignal.any([ended.signal, request.signal])
  let [isOver, isBookmarkDue, isAwake] = [false, false, false]
  let resume = (): void => {}
  let unseen: number | undefined
  const wake = (revision?: number): void => {
    unseen ??= revision
    isAwake = true
    resume()
  }
  const run = async (): Promise<void> => {
    for (let leftMs = seconds * 1000; leftMs > 0; leftMs = endMs - clock.steadyMs()) {
      await clock.delay(Math.min(leftMs, watches.bookmarkMs), signal)
      if (signal.aborted) break
      isBookmarkDue = wantsBookmarks
      wake()
    }
    isOver = true
    wake()
  }
  void run()
  return {
    wake,
    end: () => ended.abort(),
    isOver: () => isOver,
    takeBookmark: () => {
      const isDue = isBookmarkDue
      isBookmarkDue = false
      return isDue
    },
    /**
     * Resolves once it was woken since the last time, with the version before which it missed nothing: a quiet resource is not
     * to expire because much else is written.
     */
    woken: async (newest: () => number): Promise<number> => {
      if (!isAwake) {
        await new Promise<void>((resolve) => {
          resume = resolve
        })
      }
      const first = unseen ?? newest() + 1
      unseen = undefined
      isAwake = false
      return first
    },
  }
}

/** What a watch begins with: what was missed since its version, or all that there is. */
function begin(asked: ResourceRequest, { revision = 0, sendsInitial }: Watch): Beginning {
  if (revision > 0 && !sendsInitial) return { revision, events: [] }
  const found = selectObjects(asked).map((object) => ({ type: 'ADDED', object }) as const)
  const end = bookmark(asked, { annotations: { 'k8s.io/initial-events-end': 'true' } })
  return {
    revision: asked.context.store.revision(),
    events: sendsInitial ? [...found, end] : found,
  }
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
  return ({ type, key, object, previous }: StoreEvent): WatchEvent | undefined => {
    if (namespace !== '' && key.namespace !== namespace) return undefined
    const [was, is] = [isSeen(previous), type !== 'DELETED' && isSeen(object)]
    if (was && is) return { type: 'MODIFIED', object }
    if (is) return { type: 'ADDED', object }
    return was ? { type: 'DELETED', object } : undefined
  }
}

function createShape({ context, request, type }: ResourceRequest) {
  if (!wantsTable(request.accept)) return (object: KubeObject): KubeObject => object
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

function errorEvent(failure: unknown): WatchEvent {
  const error =
    failure instanceof RevisionExpiredError ? statusError('Expired', failure.message) : failure
  if (!(error instanceof StatusError)) throw error
  return { type: 'ERROR', object: error.status as unknown as KubeObject }
}
