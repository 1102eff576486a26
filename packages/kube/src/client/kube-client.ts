import type { Json } from '../json.ts'
import { StatusError, type Status } from '../status-error.ts'
import { pathOf, type Kind, type ObjectName } from './kind.ts'
import type { ApiCall, Transport } from './transport.ts'

/** Which objects. */
export type Selection = {
  /** All namespaces where it is left out. */
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly signal?: AbortSignal
}

/** A list, or a page of one. */
export type ObjectList<Type> = {
  readonly resourceVersion: string
  readonly items: readonly Type[]
  /** Where the next page begins; nothing after the last one. */
  readonly continue: string | undefined
}

/** What a watch tells. A bookmark's object has a version alone. */
export type ObjectEvent<Type> = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: Type
}

/** How an object is changed. */
export type Patch = {
  readonly type: 'json' | 'merge' | 'strategic'
  readonly body: Json
}

/** How an object is deleted. */
export type Deletion = {
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/**
 * The Kubernetes API as controllers use it, embedded or real. Everything throws {@link StatusError} where the server refuses, and
 * {@link ApiUnreachableError} where nobody answers.
 */
export type KubeClient = {
  readonly get: <Type extends object>(kind: Kind<Type>, name: ObjectName) => Promise<Type>
  readonly list: <Type extends object>(
    kind: Kind<Type>,
    selection?: Selection & { readonly limit?: number; readonly continue?: string },
  ) => Promise<ObjectList<Type>>
  /** Tells what changes after a version, with bookmarks; ends when the server or the signal does. */
  readonly watch: <Type extends object>(
    kind: Kind<Type>,
    selection: Selection & { readonly resourceVersion: string; readonly timeoutSeconds?: number },
  ) => AsyncIterable<ObjectEvent<Type>>
  readonly create: <Type extends object>(
    kind: Kind<Type>,
    name: ObjectName,
    object: Type,
  ) => Promise<Type>
  /** Replaces an object, or its subresource. */
  readonly update: <Type extends object>(
    kind: Kind<Type>,
    name: ObjectName,
    object: Type,
  ) => Promise<Type>
  readonly patch: <Type extends object>(
    kind: Kind<Type>,
    name: ObjectName,
    patch: Patch,
  ) => Promise<Type>
  readonly delete: (kind: Kind<object>, name: ObjectName, deletion?: Deletion) => Promise<void>
  /** Creates what lies below an object and is none itself, e.g. a binding or an eviction. */
  readonly post: (kind: Kind<object>, name: ObjectName, body: Json) => Promise<void>
  readonly close: () => Promise<void>
}

const mediaTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

/** Returns a client that asks over a transport. */
export function createKubeClient(transport: Transport): KubeClient {
  async function send<Type>(
    method: ApiCall['method'],
    path: string,
    sent: { readonly body?: ApiCall['body']; readonly query?: ApiCall['query'] } = {},
  ): Promise<Type> {
    const { body, query = {} } = sent
    return (await transport.call({ method, path, query, ...(body && { body }) })) as Type
  }
  const json = (value: unknown) => ({ mediaType: 'application/json', json: value as Json }) as const

  return {
    get: (kind, name) => send('GET', pathOf(kind, name)),
    list: async (kind, selection = {}) => {
      const { limit, continue: token } = selection
      const page = { ...(limit && { limit: String(limit) }), ...(token && { continue: token }) }
      const query = { ...queryOf(selection), ...page }
      const { signal } = selection
      const path = pathOf(kind, scopeOf(selection))
      const list = await transport.call({ method: 'GET', path, query, signal })
      return toList(list)
    },
    watch: (kind, selection) => watch(transport, kind, selection),
    create: (kind, { namespace, ...name }, object) =>
      send('POST', pathOf(kind, { ...(namespace && { namespace }), ...withoutName(name) }), {
        body: json(typed(kind, object)),
      }),
    update: (kind, name, object) =>
      send('PUT', pathOf(kind, name), { body: json(typed(kind, object)) }),
    patch: (kind, name, { type, body }) =>
      send('PATCH', pathOf(kind, name), { body: { mediaType: mediaTypes[type], json: body } }),
    delete: async (kind, name, deletion = {}) => {
      await send('DELETE', pathOf(kind, name), {
        body: json({ apiVersion: 'v1', kind: 'DeleteOptions', ...deletion }),
      })
    },
    post: async (kind, name, body) => {
      await send('POST', pathOf(kind, name), { body: json(body) })
    },
    close: transport.close,
  }
}

function withoutName({ name: _name, ...rest }: ObjectName): ObjectName {
  return rest
}

/** Objects of lists come without kind and version, and real servers want them. */
function typed(kind: Kind<object>, object: object): object {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
  return { apiVersion, kind: kind.kind, ...object }
}

function scopeOf({ namespace }: Selection): ObjectName {
  return namespace === undefined ? {} : { namespace }
}

function queryOf({ labelSelector, fieldSelector }: Selection): Record<string, string> {
  return { ...(labelSelector && { labelSelector }), ...(fieldSelector && { fieldSelector }) }
}

function toList<Type>(answer: unknown): ObjectList<Type> {
  const { metadata, items } = answer as {
    readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
    readonly items: readonly Type[] | null
  }
  const { resourceVersion, continue: token } = metadata
  return { resourceVersion, items: items ?? [], continue: token === '' ? undefined : token }
}

async function* watch<Type extends object>(
  transport: Transport,
  kind: Kind<Type>,
  selection: Selection & { readonly resourceVersion: string; readonly timeoutSeconds?: number },
): AsyncGenerator<ObjectEvent<Type>> {
  const { resourceVersion, timeoutSeconds, signal } = selection
  const query = {
    ...queryOf(selection),
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    ...(timeoutSeconds && { timeoutSeconds: String(timeoutSeconds) }),
  }
  const path = pathOf(kind, scopeOf(selection))
  for await (const event of transport.watch({ method: 'GET', path, query, signal })) {
    const { type, object } = event
    if (type === 'ERROR') throw new StatusError(object as unknown as Status)
    yield { type, object: object as unknown as Type }
  }
}
