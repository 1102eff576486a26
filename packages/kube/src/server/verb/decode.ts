import { fieldsOf, isFields, type Json, type JsonObject } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import {
  apiVersionOf,
  firstOf,
  type Decoded,
  type ResourceType,
} from '../../resource/resource-type.ts'
import { decodeShape } from '../../resource/shape.ts'
import { statusError } from '../../status-error.ts'

/** An object, and what is to be said about fields that were left out. */
export type DecodedObject = { readonly object: KubeObject; readonly warnings: readonly string[] }

/**
 * Returns a body as an object of a type, without the fields that the type does not have.
 *
 * @throws {@link StatusError} where it is another kind, a field is of another type, or one is unknown and the request is strict.
 */
export function decodeObject(
  type: ResourceType,
  body: Json | undefined,
  query: URLSearchParams,
): DecodedObject {
  if (!isFields(body)) throw statusError('BadRequest', 'The body is no JSON object.')
  const apiVersion = apiVersionOf(type)
  const [foundVersion, foundKind] = [body['apiVersion'] ?? apiVersion, body['kind'] ?? type.kind]
  if (foundVersion !== apiVersion || foundKind !== type.kind) {
    const found = `${JSON.stringify(foundKind)} of ${JSON.stringify(foundVersion)}`
    const message = `the object provided is unrecognized (must be of type ${type.kind}): it is ${found}`
    throw statusError('BadRequest', message, { hint: `Send a ${type.kind} of ${apiVersion}.` })
  }
  const decoded = checkDecoded(type, type.decode(body), query)
  const object: KubeObject = {
    ...decoded.value,
    kind: type.kind,
    apiVersion,
    metadata: fieldsOf(decoded.value['metadata']),
  }
  return { object, warnings: decoded.warnings }
}

/** Returns a body of another kind, e.g. options; one that is not there is empty. */
export function decodeBody(shape: string, body: Json | undefined): JsonObject {
  if (body === undefined) return {}
  if (!isFields(body)) throw statusError('BadRequest', 'The body is no JSON object.')
  const { value, wrong } = decodeShape(shape, body)
  if (wrong.length > 0) throw statusError('BadRequest', listOf(wrong).join(', '))
  return value
}

const listOf = (faults: readonly string[]) => firstOf(faults, (text) => text)

function checkDecoded(
  type: ResourceType,
  { value, unknown, wrong }: Decoded,
  query: URLSearchParams,
): { readonly value: JsonObject; readonly warnings: readonly string[] } {
  const refuse = (why: string) => {
    const message = `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${why}`
    return statusError('BadRequest', message)
  }
  if (wrong.length > 0) throw refuse(`json: ${listOf(wrong).join(', ')}`)
  const mode = query.get('fieldValidation') ?? 'Warn'
  const unknownFields = listOf(unknown.map((path) => `unknown field "${path}"`))
  if (mode === 'Strict' && unknown.length > 0) {
    throw refuse(`strict decoding error: ${unknownFields.join(', ')}`)
  }
  return { value, warnings: mode === 'Warn' ? unknownFields : [] }
}
