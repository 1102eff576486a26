import type { JsonObject } from '../../json.ts'
import { withMeta, type KubeObject } from '../../object.ts'
import { generateName } from '../../resource/metadata.ts'
import { patchObject } from '../../resource/patch.ts'
import { assertPlain } from '../../resource/plain.ts'
import { detailsOf, groupResource, notFound } from '../../resource/resource-type.ts'
import { createObject, present, toIso, updateObject } from '../../resource/write-rules.ts'
import { statusError } from '../../status-error.ts'
import type { ObjectKey } from '../../store/object-table.ts'
import { assertAdmitted } from '../admit.ts'
import { commit } from '../commit.ts'
import type { ResourceRequest } from '../context.ts'
import type { ApiResponse } from '../request.ts'
import { decodeObject } from './decode.ts'
import { namespaceOf } from './read.ts'

/** Creates an object. */
export async function createOne(asked: ResourceRequest): Promise<ApiResponse> {
  const { context, request, info, type } = asked
  const { object, warnings } = decodeObject(type, request.body, request.query)
  const placed = place(asked, object)
  assertNamespace(asked)
  const generated = placed.metadata.generateName ?? ''
  const name =
    (placed.metadata.name ?? '') || (generated === '' ? '' : generateName(generated, context.roll))
  const birth = { uid: context.createUid(), nowIso: toIso(context.clock.wallMs()), name }
  const created = await commit(asked, keyOf(asked, name), (current) => {
    if (current !== undefined) throw alreadyExists(asked, name)
    const next = createObject(type, placed, birth)
    assertAdmitted(request.user, info, { next, current })
    return next
  })
  return answerObject(201, created, warnings)
}

function alreadyExists({ type }: ResourceRequest, name: string) {
  return statusError('AlreadyExists', `${groupResource(type)} "${name}" already exists`, {
    details: detailsOf(type, name),
    hint: 'Choose another name, or change what is there.',
  })
}

/** Returns an object in the namespace of its request. */
function place(asked: ResourceRequest, object: KubeObject): KubeObject {
  const namespace = namespaceOf(asked)
  const said = object.metadata.namespace ?? ''
  if (said !== '' && said !== namespace) {
    const message =
      'the namespace of the provided object does not match the namespace sent on the request'
    throw statusError('BadRequest', message)
  }
  return withMeta(object, { namespace: namespace === '' ? undefined : namespace })
}

function assertNamespace({ context, info, type }: ResourceRequest): void {
  if (!type.isNamespaced) return
  const found = context.store.newest({
    resource: 'namespaces',
    namespace: '',
    name: info.namespace,
  })
  const namespaces = { group: '', version: 'v1', resource: 'namespaces' }
  const namespaceType = context.registry.find(namespaces)
  if (found === undefined && namespaceType !== undefined)
    throw notFound(namespaceType, info.namespace)
  if (found?.metadata.deletionTimestamp === undefined) return
  const why = `unable to create new content in namespace ${info.namespace} because it is being terminated`
  throw statusError('Forbidden', `${groupResource(type)} is forbidden: ${why}`)
}

/** Replaces an object, or its status. */
export async function replaceOne(asked: ResourceRequest): Promise<ApiResponse> {
  const { request, info, type } = asked
  const { object, warnings } = decodeObject(type, request.body, request.query)
  const placed = place(asked, object)
  const said = placed.metadata.name ?? ''
  if (said !== '' && said !== info.name) {
    const message = `the name of the object (${said}) does not match the name on the URL (${info.name})`
    throw statusError('BadRequest', message)
  }
  return change(asked, { warnings, propose: () => placed })
}

/** Patches an object, or its status. */
export async function patchOne(asked: ResourceRequest): Promise<ApiResponse> {
  const { request, type } = asked
  const { contentType: mediaType, body = null } = request
  const found: string[] = []
  return change(asked, {
    warnings: found,
    propose: (current) => {
      const patched = patchObject(type, current as unknown as JsonObject, { mediaType, body })
      // Each patch may add to the depth that the last one left.
      assertPlain(patched)
      const { object, warnings } = decodeObject(type, patched, request.query)
      found.push(...warnings)
      return place(asked, object)
    },
  })
}

async function change(
  asked: ResourceRequest,
  how: {
    readonly warnings: readonly string[]
    readonly propose: (current: KubeObject) => KubeObject
  },
): Promise<ApiResponse> {
  const { request, info, type } = asked
  const isStatus = info.subresource === 'status'
  const written = await commit(asked, keyOf(asked, info.name), (found) => {
    const current = present(type, info.name, found)
    const next = updateObject(type, current, { proposed: how.propose(current), isStatus })
    assertAdmitted(request.user, info, { next, current })
    return next
  })
  return answerObject(200, written, how.warnings)
}

/** Returns where the object of a request lies. */
export function keyOf(asked: ResourceRequest, name: string): ObjectKey {
  return { resource: groupResource(asked.type), namespace: namespaceOf(asked), name }
}

function answerObject(
  status: number,
  object: KubeObject,
  warnings: readonly string[],
): ApiResponse {
  if (warnings.length === 0) return { status, body: { object } }
  return { status, headers: { warning: toHeader(warnings) }, body: { object } }
}

/** Characters of all warnings: clients refuse longer headers. */
const MAX_WARNING = 4096

/** A header holds printable ASCII alone. */
function toHeader(warnings: readonly string[]): string {
  let header = ''
  for (const text of warnings) {
    const warning = `299 - ${JSON.stringify(text.replaceAll(/[^\x20-\x7e]/g, '?'))}`
    const longer = header === '' ? warning : `${header}, ${warning}`
    if (longer.length > MAX_WARNING) break
    header = longer
  }
  return header === '' ? '299 - "unknown fields"' : header
}
