import type { Clock } from '@nexqloud/kernel'

import type { ObjectMeta } from '../object.ts'
import { StatusError } from '../status-error.ts'
import type { Kind } from './kind.ts'
import type { KubeClient, ObjectEvent, Selection } from './kube-client.ts'

/** Milliseconds from the first failure in a row to the next attempt; doubled for each further one. */
const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 30_000

/** A watch that the server ends before this is one that it does not want: the next one waits. */
const SHORTEST_WATCH_MS = 1000

/** Objects of a page while listing. */
const PAGE_SIZE = 500

type Named = { readonly metadata?: ObjectMeta }

/** What became of an object. */
export type Change<Type> =
  | { readonly type: 'added'; readonly object: Type }
  | { readonly type: 'updated'; readonly object: Type; readonly previous: Type }
  | { readonly type: 'deleted'; readonly object: Type }

/** A view of objects that follows the API. */
export type Informer<Type> = {
  /** Follows until the signal aborts, whatever fails in between. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Resolves once all that there is has been seen; changes are told from the start. */
  readonly synced: Promise<void>
  readonly get: (name: { readonly namespace?: string; readonly name: string }) => Type | undefined
  readonly list: () => readonly Type[]
}

/** What an informer follows, and whom it tells. */
export type InformerOptions<Type extends object> = {
  readonly kind: Kind<Type>
  readonly selection?: Omit<Selection, 'signal'>
  readonly clock: Clock
  readonly onChange: (change: Change<Type>) => void
  /** Told of each failure after which it tries again; a version that is gone is none. */
  readonly onFailure: (failure: unknown) => void
}

/**
 * Returns a view of objects: listed once, then watched from there. Where the server ends a watch it goes on from the last version
 * seen, bookmarks included; where that is gone it lists again, and tells what was missed.
 */
export function createInformer<Type extends Named>(
  client: Pick<KubeClient, 'list' | 'watch'>,
  options: InformerOptions<Type>,
): Informer<Type> {
  const objects = new Map<string, Type>()
  const first = Promise.withResolvers<void>()
  const view = createView(objects, options.onChange)

  /** The last version seen; nothing where all is to be listed. */
  let version: string | undefined

  async function follow(signal: AbortSignal): Promise<void> {
    if (version === undefined) {
      const listed = await listAll(client, options, signal)
      view.replace(listed.items)
      first.resolve()
      version = listed.resourceVersion
      return
    }
    const events = watchFrom(client, { ...options, version, signal })
    for await (const event of events) {
      tell(view, event)
      // A watch that breaks off goes on from here: what was told again would be told backwards.
      version = versionOf(event.object) ?? version
    }
  }

  return {
    synced: first.promise,
    get: ({ namespace = '', name }) => objects.get(`${namespace}/${name}`),
    list: () => [...objects.values()],
    run: async (signal) => {
      let failures = 0
      while (!signal.aborted) {
        try {
          const [isWatch, startMs] = [version !== undefined, options.clock.steadyMs()]
          await follow(signal)
          failures = 0
          const isShort = options.clock.steadyMs() - startMs < SHORTEST_WATCH_MS
          if (isWatch && isShort) await options.clock.delay(FIRST_DELAY_MS, signal)
        } catch (failure) {
          if (signal.aborted) return
          const isGone = isExpired(failure)
          if (isGone) version = undefined
          else options.onFailure(failure)
          failures = isGone ? failures : failures + 1
          await options.clock.delay(delayMs(failures), signal)
        }
      }
    },
  }
}

function delayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
}

function isExpired(failure: unknown): boolean {
  if (!(failure instanceof StatusError)) return false
  const causes = failure.status.details?.causes ?? []
  const isAhead = causes.some(({ reason }) => reason === 'ResourceVersionTooLarge')
  return failure.status.code === 410 || failure.reason === 'Expired' || isAhead
}

type View<Type> = {
  readonly put: (object: Type) => void
  readonly remove: (object: Type) => void
  /** Makes these all that there is. */
  readonly replace: (listed: readonly Type[]) => void
}

function createView<Type extends Named>(
  objects: Map<string, Type>,
  onChange: (change: Change<Type>) => void,
): View<Type> {
  const put = (object: Type): void => {
    const previous = objects.get(keyOf(object))
    objects.set(keyOf(object), object)
    if (previous === undefined) onChange({ type: 'added', object })
    else if (versionOf(previous) !== versionOf(object))
      onChange({ type: 'updated', object, previous })
  }
  const remove = (object: Type): void => {
    if (objects.delete(keyOf(object))) onChange({ type: 'deleted', object })
  }
  return {
    put,
    remove,
    replace: (listed) => {
      const kept = new Set(listed.map(keyOf))
      for (const [key, object] of objects) if (!kept.has(key)) remove(object)
      listed.forEach(put)
    },
  }
}

const keyOf = ({ metadata = {} }: Named) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
const versionOf = ({ metadata = {} }: Named) => metadata.resourceVersion

async function listAll<Type extends object>(
  client: Pick<KubeClient, 'list'>,
  { kind, selection = {} }: InformerOptions<Type>,
  signal: AbortSignal,
) {
  const items: Type[] = []
  let token: string | undefined
  for (;;) {
    const page = await client.list(kind, {
      ...selection,
      signal,
      limit: PAGE_SIZE,
      ...(token && { continue: token }),
    })
    items.push(...page.items)
    if (page.continue === undefined) return { items, resourceVersion: page.resourceVersion }
    token = page.continue
  }
}

function watchFrom<Type extends Named>(
  client: Pick<KubeClient, 'watch'>,
  watched: InformerOptions<Type> & { readonly version: string; readonly signal: AbortSignal },
): AsyncIterable<ObjectEvent<Type>> {
  const { kind, selection = {}, version, signal } = watched
  return client.watch(kind, { ...selection, resourceVersion: version, signal })
}

function tell<Type extends Named>(view: View<Type>, { type, object }: ObjectEvent<Type>): void {
  if (type === 'DELETED') view.remove(object)
  else if (type !== 'BOOKMARK') view.put(object)
}
