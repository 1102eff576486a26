import type { KubeObject } from '../object.ts'
import { groupResource, type ResourceType } from '../resource/resource-type.ts'
import { deleteObject, isEnded, isHeld } from '../resource/write-rules.ts'
import type { ServerContext } from './context.ts'

const keyOf = (name: string) => ({ resource: 'namespaces', namespace: '', name })

/** Asks everything in a namespace that is being deleted to end, and removes the namespace once it is empty. */
export async function endNamespace(context: ServerContext, name: string): Promise<void> {
  const ending = namespacedTypes(context).flatMap((type) =>
    context.store.list(groupResource(type), name).map((object) => endObject(context, type, object)),
  )
  await Promise.all(ending)
  await finishNamespace(context, name)
}

/** Removes a namespace that is being deleted and has nothing in it any more. */
export async function finishNamespace(context: ServerContext, name: string): Promise<void> {
  const { store } = context
  // Two that end its last objects together both come here: what one has begun the other leaves.
  const isEnding = store.newest(keyOf(name))?.metadata.deletionTimestamp !== undefined
  const isEmpty = namespacedTypes(context).every(
    (type) => store.list(groupResource(type), name).length === 0,
  )
  if (!isEnding || !isEmpty) return
  const ended: { object: KubeObject | undefined } = { object: undefined }
  const writing = store.write(keyOf(name), (current) => {
    ended.object = current && { ...current, spec: { ...current.spec, finalizers: [] } }
    return ended.object
  })
  const hasEnded = ended.object !== undefined && isEnded(ended.object)
  await Promise.all([writing, hasEnded ? store.write(keyOf(name), () => undefined) : undefined])
}

function namespacedTypes({ registry }: ServerContext): readonly ResourceType[] {
  return registry.types().filter((type) => type.isNamespaced)
}

async function endObject(
  { store, clock }: ServerContext,
  type: ResourceType,
  { metadata: { namespace = '', name = '' } }: KubeObject,
): Promise<void> {
  const key = { resource: groupResource(type), namespace, name }
  const options = { uid: '', resourceVersion: '' }
  // What somebody else deletes in the same moment is gone already.
  if (store.newest(key) === undefined) return
  await store.write(key, (current) => {
    if (current === undefined) return undefined
    const marked = deleteObject(type, current, { options, nowMs: clock.wallMs() })
    return isEnded(marked) && !isHeld(marked) ? undefined : marked
  })
}
