import { randomInt, randomUUID } from 'node:crypto'

import { systemClock, type Clock } from '@nexqloud/kernel'

import { stringOf } from '../json.ts'
import type { KubeObject } from '../object.ts'
import { metricsTypes, type UsageReader } from '../resource/kind/metrics.ts'
import { groupResource } from '../resource/resource-type.ts'
import { createObject, toIso } from '../resource/write-rules.ts'
import { statusError, type StatusError } from '../status-error.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { assertAllowed } from './authorize.ts'
import type { ResourceRequest, ServerContext, WatchLimits } from './context.ts'
import { discover } from './discovery.ts'
import { expireEvents } from './expire-events.ts'
import { answerFailure } from './failure.ts'
import { endNamespace } from './namespace-end.ts'
import { describeOpenApi } from './open-api.ts'
import { openRegistry } from './registry.ts'
import { parseRequestInfo } from './request-info.ts'
import type { ApiRequest, ApiResponse } from './request.ts'
import type { KubeletStreams } from './streams/kubelet-streams.ts'
import { findAction } from './verb-table.ts'

/** The Kubernetes API, without sockets. */
export type ApiServer = {
  /** Answers a request; what is refused is answered too, so this never throws. */
  readonly handle: (request: ApiRequest) => Promise<ApiResponse>
  /**
   * Returns what a request for a stream is about.
   *
   * @throws {@link StatusError} where it is refused.
   */
  readonly openStream: (request: ApiRequest) => ResourceRequest
  /** Ends it; the store stays open. */
  readonly close: () => void
}

/** Answers what lies beside Kubernetes' own API, as an aggregated API does; nothing where it is not asked. Who may ask is its matter. */
export type Aggregated = (request: ApiRequest) => Promise<ApiResponse | undefined>

/** What an API server is made of. */
export type ApiServerOptions = {
  readonly store: ObjectStore
  readonly streams?: KubeletStreams
  /** Who knows what nodes and pods use; without it there is no `kubectl top`. */
  readonly usage?: UsageReader
  readonly aggregated?: Aggregated
  readonly clock?: Clock
  readonly createUid?: () => string
  readonly roll?: (sides: number) => number
  readonly watches?: Partial<WatchLimits>
  /** Told of what should not have happened, and was answered as an internal error. */
  readonly onInternalError?: (failure: unknown) => void
}

const firstNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** Opens the API over a store; the namespaces that every cluster has are made where they are missing. */
export async function openApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, onInternalError = () => {} } = options
  const clock = options.clock ?? systemClock
  const nowIso = (): string => toIso(clock.wallMs())
  const virtual = options.usage === undefined ? [] : metricsTypes(options.usage, nowIso)
  const context: ServerContext = {
    store,
    registry: openRegistry(store, virtual),
    clock,
    createUid: options.createUid ?? randomUUID,
    roll: options.roll ?? randomInt,
    streams: options.streams,
    watches: { bookmarkMs: 60_000, ...options.watches },
  }
  await makeNamespaces(context)
  const ended = new AbortController()
  expireEvents(context, ended.signal, onInternalError).catch(onInternalError)
  return {
    handle: async (request) => {
      try {
        return (await options.aggregated?.(request)) ?? (await route(context, request))
      } catch (failure) {
        return answerFailure(failure, onInternalError)
      }
    },
    openStream: (request) => {
      const asked = findResource(context, request)
      if (asked === undefined) throw unknownPath()
      return asked
    },
    close: () => {
      ended.abort()
      context.registry.close()
    },
  }
}

async function makeNamespaces(context: ServerContext): Promise<void> {
  const type = context.registry.find({ group: '', version: 'v1', resource: 'namespaces' })
  if (type === undefined) return
  const nowIso = toIso(context.clock.wallMs())
  const making = firstNamespaces.map((name) =>
    context.store.write({ resource: 'namespaces', namespace: '', name }, (current) => {
      const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      return current ?? createObject(type, namespace, { uid: context.createUid(), nowIso, name })
    }),
  )
  await Promise.all(making)
  // What a crash left half deleted.
  for (const { metadata } of context.store.list('namespaces')) {
    if (metadata.deletionTimestamp !== undefined) await endNamespace(context, metadata.name ?? '')
  }
}

async function route(context: ServerContext, request: ApiRequest): Promise<ApiResponse> {
  if (request.method === 'GET') {
    const types = context.registry.types()
    const found = discover(request, types) ?? describeOpenApi(request.path, types)
    if (found !== undefined) return found
  }
  const asked = findResource(context, request)
  if (asked === undefined) throw unknownPath()
  const act = findAction(asked)
  if (act === undefined) {
    const message = 'the server does not allow this method on the requested resource'
    throw statusError('MethodNotAllowed', message)
  }
  return act(asked)
}

/** Returns what a request is about, once its user may do it; nothing where that is not served. */
function findResource(context: ServerContext, request: ApiRequest): ResourceRequest | undefined {
  const info = parseRequestInfo(request)
  const type = info && context.registry.find(info)
  if (info === undefined || type === undefined) return undefined
  const { namespace, name, subresource } = info
  // What belongs to no namespace lies in none: who has one sees nothing of it there.
  if (!type.isNamespaced && namespace !== '' && info.resource !== 'namespaces') return undefined
  if (subresource !== '' && !type.subresources.some((each) => each.name === subresource)) {
    return undefined
  }
  assertAllowed(request.user, info, {
    fieldSelector: request.query.get('fieldSelector') ?? '',
    isCustom: context.registry.isCustom(type),
    podNode: () => {
      const pod = context.store.get({ resource: groupResource(type), namespace, name })
      return stringOf(pod?.spec?.['nodeName'])
    },
  })
  return { context, request, info, type }
}

function unknownPath(): StatusError {
  return statusError('NotFound', 'the server could not find the requested resource', {
    details: {},
  })
}
