import {
  StatusError,
  type JsonObject,
  type Kind,
  type KubeClient,
  type ObjectMeta,
} from '@nexqloud/kube'

/** What is written of a resource: the kind, without its type. */
export type WrittenKind = Pick<
  Kind<object>,
  'group' | 'version' | 'kind' | 'plural' | 'isNamespaced'
>

/** Returns what is written of a kind: without what else is known of it. */
export function writtenKindOf({
  group,
  version,
  kind,
  plural,
  isNamespaced,
}: WrittenKind): WrittenKind {
  return { group, version, kind, plural, isNamespaced }
}

/** An object as it is written. */
export type WrittenObject = { readonly metadata: ObjectMeta; readonly spec?: unknown }

/** One change of an object; a request holds all that it makes. */
export type Write =
  | { readonly type: 'create'; readonly kind: WrittenKind; readonly object: WrittenObject }
  | {
      readonly type: 'replace'
      readonly kind: WrittenKind
      /** With the version that it was made of. */
      readonly object: WrittenObject
    }
  | {
      readonly type: 'delete'
      readonly kind: WrittenKind
      readonly metadata: Pick<ObjectMeta, 'namespace' | 'name' | 'uid' | 'labels'>
    }
  | {
      readonly type: 'patch'
      readonly kind: WrittenKind
      readonly metadata: Pick<ObjectMeta, 'namespace' | 'name'>
      /** A JSON merge patch (RFC 7396). */
      readonly body: JsonObject
    }

/**
 * Makes a change, also where that was done before: what is there already, or gone already, is as wanted. Returns the object; nothing of one
 * that was deleted.
 */
export async function makeWrite(
  client: KubeClient,
  write: Write,
): Promise<WrittenObject | undefined> {
  if (write.type === 'create') return createOnce(client, write)
  if (write.type === 'replace') return replace(client, write)
  try {
    if (write.type === 'patch') return await patch(client, write)
    const { uid } = write.metadata
    const deletion = uid === undefined ? {} : { preconditions: { uid } }
    await client.delete(write.kind, nameOf(write.metadata), deletion)
  } catch (failure) {
    if (!isOf(failure, 'NotFound', 'Conflict')) throw failure
  }
  return undefined
}

function patch(
  client: KubeClient,
  { kind, metadata, body }: Extract<Write, { type: 'patch' }>,
): Promise<WrittenObject> {
  return client.patch<WrittenObject>(kind, nameOf(metadata), { type: 'merge', body })
}

async function createOnce(
  client: KubeClient,
  { kind, object }: Extract<Write, { type: 'create' }>,
): Promise<WrittenObject> {
  const { namespace } = object.metadata
  try {
    return await client.create<WrittenObject>(kind, { ...(namespace && { namespace }) }, object)
  } catch (failure) {
    if (!isOf(failure, 'AlreadyExists')) throw failure
    return client.get<WrittenObject>(kind, nameOf(object.metadata))
  }
}

/** Whoever wrote it since then was quicker with this very change, or has changed something else besides. */
async function replace(
  client: KubeClient,
  { kind, object }: Extract<Write, { type: 'replace' }>,
): Promise<WrittenObject | undefined> {
  const name = nameOf(object.metadata)
  try {
    return await client.update<WrittenObject>(kind, name, object)
  } catch (failure) {
    if (isOf(failure, 'NotFound')) return undefined
    if (!isOf(failure, 'Conflict')) throw failure
    const current = await client.get<WrittenObject>(kind, name)
    const { resourceVersion = '' } = current.metadata
    const metadata = { ...object.metadata, resourceVersion }
    return replace(client, { type: 'replace', kind, object: { ...object, metadata } })
  }
}

function nameOf({ namespace, name = '' }: Pick<ObjectMeta, 'namespace' | 'name'>) {
  return { ...(namespace && { namespace }), name }
}

function isOf(failure: unknown, ...reasons: readonly string[]): boolean {
  return failure instanceof StatusError && reasons.includes(failure.reason ?? '')
}
