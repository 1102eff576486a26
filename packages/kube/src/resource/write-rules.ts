import { isDeepStrictEqual } from 'node:util'

import { withMeta, type KubeObject } from '../object.ts'
import { statusError } from '../status-error.ts'
import { validateMetadata } from './metadata.ts'
import { conflict, invalid, notFound, type ResourceType } from './resource-type.ts'

/** What a new object is given. */
export type Birth = { readonly uid: string; readonly nowIso: string; readonly name: string }

/** Returns an object as it is created. */
export function createObject(type: ResourceType, object: KubeObject, birth: Birth): KubeObject {
  if ((object.metadata.resourceVersion ?? '') !== '') {
    throw statusError('BadRequest', 'resourceVersion should not be set on objects to be created')
  }
  const born = withMeta(withoutStatus(type, object), {
    name: birth.name,
    uid: birth.uid,
    creationTimestamp: birth.nowIso,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    generation: type.hasGeneration ? 1 : undefined,
    managedFields: undefined,
  })
  return check(type, type.setDefaults(born), undefined)
}

/** Returns an object as it is after a write of all of it, or of its status alone. */
export function updateObject(
  type: ResourceType,
  current: KubeObject,
  change: { readonly proposed: KubeObject; readonly isStatus: boolean },
): KubeObject {
  const { proposed, isStatus } = change
  checkPreconditions(type, current, {
    uid: proposed.metadata.uid ?? '',
    resourceVersion: proposed.metadata.resourceVersion ?? '',
  })
  const metadata = {
    ...proposed.metadata,
    name: current.metadata.name,
    uid: current.metadata.uid,
    creationTimestamp: current.metadata.creationTimestamp,
    deletionTimestamp: current.metadata.deletionTimestamp,
    deletionGracePeriodSeconds: current.metadata.deletionGracePeriodSeconds,
    generation: current.metadata.generation,
    resourceVersion: current.metadata.resourceVersion,
    managedFields: undefined,
  }
  const next = isStatus ? withStatusOf(current, proposed) : keepStatus(type, current, proposed)
  const checked = check(type, type.setDefaults(withMeta(next, metadata)), current)
  if (!type.hasGeneration || isDeepStrictEqual(checked.spec, current.spec)) return checked
  return withMeta(checked, nextGeneration(current))
}

/** Whether an object that is being deleted is held by nothing any more. */
export function isEnded(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && !isHeld(object)
}

/** Whether somebody has to do something before the object may go; a namespace is held by its content. */
export function isHeld({ kind, metadata, spec }: KubeObject): boolean {
  const ofNamespace = kind === 'Namespace' ? spec?.['finalizers'] : []
  const finalizers = [
    ...(metadata.finalizers ?? []),
    ...(Array.isArray(ofNamespace) ? ofNamespace : []),
  ]
  return finalizers.length > 0
}

/** What a deletion asks for. */
export type DeleteOptions = {
  readonly gracePeriodSeconds?: number
  readonly uid: string
  readonly resourceVersion: string
  /** Whether it is only tried. */
  readonly isDryRun?: boolean
}

/**
 * Returns an object that is asked to end: marked, with the time it has. What {@link isEnded} after it may be removed. Asking
 * again changes nothing, but for a shorter time.
 */
export function deleteObject(
  type: ResourceType,
  current: KubeObject,
  request: { readonly options: DeleteOptions; readonly nowMs: number },
): KubeObject {
  const { options, nowMs } = request
  checkDeletePreconditions(type, current, options)
  const own = type.graceSeconds?.(current) ?? 0
  const asked = Math.max(0, own === 0 ? 0 : (options.gracePeriodSeconds ?? own))
  const before = current.metadata.deletionGracePeriodSeconds
  if (current.metadata.deletionTimestamp !== undefined && asked >= (before ?? 0)) return current
  const marked = type.markDeleted?.(current) ?? current
  return withMeta(marked, {
    deletionTimestamp: toIso(nowMs + asked * 1000),
    deletionGracePeriodSeconds: asked,
    ...(type.hasGeneration && before === undefined ? nextGeneration(current) : {}),
  })
}

function nextGeneration({ metadata }: KubeObject) {
  return { generation: (metadata.generation ?? 0) + 1 }
}

/** Returns a time as the API writes it: whole seconds. */
export function toIso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** What the writer believes the object to be; empty where it does not say. */
type Preconditions = { readonly uid: string; readonly resourceVersion: string }

function checkPreconditions(
  type: ResourceType,
  { metadata }: KubeObject,
  { uid, resourceVersion }: Preconditions,
): void {
  const name = metadata.name ?? ''
  if (uid !== '' && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
    throw conflict(type, name, why)
  }
  const isAny = resourceVersion === '' || resourceVersion === '0'
  if (!isAny && resourceVersion !== metadata.resourceVersion) {
    const why =
      'the object has been modified; please apply your changes to the latest version and try again'
    throw conflict(type, name, why)
  }
}

function checkDeletePreconditions(
  type: ResourceType,
  { metadata }: KubeObject,
  { uid, resourceVersion }: Preconditions,
): void {
  const [word, asked, found] =
    uid !== '' && uid !== metadata.uid
      ? ['UID', uid, metadata.uid]
      : ['ResourceVersion', resourceVersion, metadata.resourceVersion]
  if (asked === '' || asked === found) return
  const why = `the ${word} in the precondition (${asked}) does not match the ${word} in record (${found}). The object might have been deleted and then recreated`
  throw conflict(type, metadata.name ?? '', why)
}

function check(
  type: ResourceType,
  object: KubeObject,
  current: KubeObject | undefined,
): KubeObject {
  const causes = [...validateMetadata(type, object, current), ...type.validate(object, current)]
  if (causes.length > 0) throw invalid(type, object.metadata.name ?? '', causes)
  return object
}

function withoutStatus(type: ResourceType, object: KubeObject): KubeObject {
  if (!type.hasStatus) return object
  const { status: _status, ...rest } = object
  return rest
}

function keepStatus(type: ResourceType, current: KubeObject, proposed: KubeObject): KubeObject {
  if (!type.hasStatus) return proposed
  const rest = withoutStatus(type, proposed)
  return current.status === undefined ? rest : { ...rest, status: current.status }
}

function withStatusOf(current: KubeObject, { status }: KubeObject): KubeObject {
  const { status: _status, ...rest } = current
  return status === undefined ? rest : { ...rest, status }
}

/** Returns an object that is there. */
export function present(
  type: ResourceType,
  name: string,
  object: KubeObject | undefined,
): KubeObject {
  if (object === undefined) throw notFound(type, name)
  return object
}
