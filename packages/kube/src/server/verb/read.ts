import type { KubeObject } from '../../object.ts'
import { apiVersionOf, groupResource, type ResourceType } from '../../resource/resource-type.ts'
import { parseSelectors, selectedName } from '../../resource/selector.ts'
import { present } from '../../resource/write-rules.ts'
import { statusError } from '../../status-error.ts'
import { wantsTable } from '../accept.ts'
import type { ResourceRequest } from '../context.ts'
import type { ApiResponse } from '../request.ts'
import { createTable, type IncludeObject } from '../table.ts'

/** Answers with one object. */
export function getObject(asked: ResourceRequest): ApiResponse {
  const { info, type, request } = asked
  const object = present(type, info.name, findObject(asked, info.name))
  if (!wantsTable(request.accept)) return { status: 200, body: { object } }
  const metadata = { resourceVersion: object.metadata.resourceVersion }
  return { status: 200, body: { json: tableOf(asked, [object], metadata) } }
}

function findObject(asked: ResourceRequest, name: string): KubeObject | undefined {
  const { context, type } = asked
  const namespace = namespaceOf(asked)
  if (type.listVirtual === undefined) {
    return context.store.get({ resource: groupResource(type), namespace, name })
  }
  return listVirtual(type, namespace).find(({ metadata }) => metadata.name === name)
}

/** Returns objects of a kind that is not stored, of one namespace where that is given. */
function listVirtual(type: ResourceType, namespace: string): readonly KubeObject[] {
  const all = type.listVirtual?.() ?? []
  return namespace === '' ? all : all.filter(({ metadata }) => metadata.namespace === namespace)
}

/** Returns the namespace that a request's objects lie in; empty for kinds without namespaces. */
export function namespaceOf({ type, info }: Pick<ResourceRequest, 'type' | 'info'>): string {
  return type.isNamespaced ? info.namespace : ''
}

/** Returns the objects that the selectors of a request choose, of its namespace, or of all. */
export function selectObjects(asked: ResourceRequest): readonly KubeObject[] {
  const { context, type } = asked
  const { select, field } = selectorsOf(asked)
  const resource = groupResource(type)
  const namespace = namespaceOf(asked)
  const name = selectedName(field)
  if (name !== undefined && (namespace !== '' || !type.isNamespaced)) {
    const object = findObject(asked, name)
    return object !== undefined && (select?.(object) ?? true) ? [object] : []
  }
  const scope = type.isNamespaced && namespace === '' ? undefined : namespace
  const objects =
    type.listVirtual === undefined
      ? context.store.list(resource, scope)
      : listVirtual(type, namespace)
  return select === undefined ? objects : objects.filter(select)
}

/** Returns what the selectors of a request choose, and the text of its field selector. */
export function selectorsOf({ request, type }: ResourceRequest) {
  const label = request.query.get('labelSelector') ?? ''
  const field = request.query.get('fieldSelector') ?? ''
  return { select: parseSelectors(type, { label, field }), field }
}

/** Answers with a list, or a page of it. */
export function listObjects(asked: ResourceRequest): ApiResponse {
  const { context, request } = asked
  const { query } = request
  checkVersion(asked)
  const page = parseContinue(query.get('continue') ?? '', context.store.compacted())
  const all = selectObjects(asked).filter((object) => positionOf(object) > (page?.after ?? ''))
  const limit = parseWhole(query, 'limit') || all.length
  const items = all.slice(0, limit)
  const revision = page?.revision ?? context.store.revision()
  const last = items.at(-1)
  const isLast = items.length === all.length || last === undefined
  const metadata = {
    resourceVersion: String(revision),
    ...(isLast ? {} : { continue: createContinue({ revision, after: positionOf(last) }) }),
    ...(isLast || query.has('labelSelector') || query.has('fieldSelector')
      ? {}
      : { remainingItemCount: all.length - items.length }),
  }
  return answerList(asked, items, metadata)
}

function answerList(
  asked: ResourceRequest,
  items: readonly KubeObject[],
  metadata: object,
): ApiResponse {
  const { request, type } = asked
  if (wantsTable(request.accept)) {
    return { status: 200, body: { json: tableOf(asked, items, metadata) } }
  }
  const head = { kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata }
  return { status: 200, body: { list: { head, items } } }
}

function tableOf(
  { context, request, type }: ResourceRequest,
  objects: readonly KubeObject[],
  metadata: object,
): KubeObject {
  const include = parseInclude(request.query)
  return createTable(type, objects, {
    metadata,
    include,
    hasColumns: true,
    nowMs: context.clock.wallMs(),
  })
}

/** Returns what the rows of a table are to carry. */
export function parseInclude(query: URLSearchParams): IncludeObject {
  const asked = query.get('includeObject') ?? ''
  return asked === 'None' || asked === 'Object' ? asked : 'Metadata'
}

/** Returns the version of a request; nothing where it names none. */
export function parseVersion(query: URLSearchParams): number | undefined {
  return query.get('resourceVersion') ? parseWhole(query, 'resourceVersion') : undefined
}

/** Returns a number of a query; 0 where it is not there. */
export function parseWhole(query: URLSearchParams, name: string): number {
  const text = query.get(name) || '0'
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw statusError('BadRequest', `${name}: Invalid value: "${text}": a whole number is wanted`)
}

/** Throws where a version is one that this server has not reached. */
export function assertReached(revision: number, current: number): void {
  if (revision <= current) return
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]
  throw statusError('Timeout', `Too large resource version: ${revision}, current: ${current}`, {
    details: { causes, retryAfterSeconds: 1 },
    hint: 'List again: this server may have been set up anew.',
  })
}

function checkVersion({ context, request }: ResourceRequest): void {
  const revision = parseVersion(request.query)
  if (revision === undefined) return
  const current = context.store.revision()
  assertReached(revision, current)
  const isExact = request.query.get('resourceVersionMatch') === 'Exact'
  if (isExact && revision !== current) throw expired(revision, current)
}

function expired(revision: number, current: number) {
  return statusError('Expired', `The version ${revision} is gone; the newest is ${current}.`, {
    hint: 'List without a version.',
  })
}

/** Where a page ended: the version of the first page, and the last object. */
type Page = { readonly revision: number; readonly after: string }

/** A separator that sorts before whatever a name may hold, so that positions sort as lists do. */
function positionOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}\0${metadata.name ?? ''}`
}

function createContinue({ revision, after }: Page): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString(
    'base64url',
  )
}

function parseContinue(token: string, compacted: number): Page | undefined {
  if (token === '') return undefined
  const page = readToken(token)
  if (page === undefined)
    throw statusError('BadRequest', 'invalid continue token: continue key is not valid')
  if (page.revision < compacted) throw expired(page.revision, compacted)
  return page
}

function readToken(token: string): Page | undefined {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>
    const { rv, start } = parsed
    return typeof rv === 'number' && typeof start === 'string'
      ? { revision: rv, after: start }
      : undefined
  } catch {
    return undefined
  }
}
