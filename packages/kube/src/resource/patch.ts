import { isDeepStrictEqual } from 'node:util'

import { applyPatch, Pointer, type Operation } from 'rfc6902'

import { isFields, type Json, type JsonObject } from '../json.ts'
import { statusError } from '../status-error.ts'
import type { ResourceType } from './resource-type.ts'
import { applyMergePatch, applyStrategicMerge } from './strategic-merge.ts'

/** Operations that a JSON Patch may have: kube-apiserver's limit. */
const MAX_OPERATIONS = 10_000

/** What copies of a JSON Patch may come to, in characters of JSON: each may double the object. */
const MAX_COPIED = 3 << 20

/** Items of lists that its operations may shift, in all. */
const MAX_SHIFTED = 50_000_000

type TestOperation = Extract<Operation, { readonly op: 'test' }>

/** Kinds of patches, by their media type. */
const patchTypes: Readonly<
  Record<string, (type: ResourceType, current: JsonObject, patch: Json) => Json>
> = {
  'application/json-patch+json': (_, current, patch) => applyJsonPatch(current, patch),
  'application/merge-patch+json': (_, current, patch) => applyMergePatch(current, patch),
  'application/strategic-merge-patch+json': (type, current, patch) => {
    if (!type.mergesStrategically) throw unsupported('application/strategic-merge-patch+json')
    if (!isFields(patch)) throw statusError('BadRequest', 'The patch is no JSON object.')
    return applyStrategicMerge(current, patch)
  },
}

/**
 * Returns what an object would be after a patch.
 *
 * @throws {@link StatusError} where the media type is none of ours, or the patch does not fit the object.
 */
export function patchObject(
  type: ResourceType,
  current: JsonObject,
  patch: { readonly mediaType: string; readonly body: Json },
): JsonObject {
  const { mediaType, body } = patch
  const apply = Object.hasOwn(patchTypes, mediaType) ? patchTypes[mediaType] : undefined
  if (apply === undefined) throw unsupported(mediaType)
  const patched = apply(type, current, body)
  if (!isFields(patched)) throw statusError('BadRequest', 'After the patch it is no object.')
  return patched
}

function unsupported(mediaType: string) {
  const known = Object.keys(patchTypes).join(', ')
  return statusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${known}`,
    {
      hint:
        mediaType === 'application/apply-patch+yaml'
          ? 'Server-side apply is not served here: apply without --server-side.'
          : 'Send one of the accepted media types.',
    },
  )
}

function applyJsonPatch(current: JsonObject, patch: Json): Json {
  if (!Array.isArray(patch))
    throw statusError('BadRequest', 'A JSON Patch is a list of operations.')
  if (patch.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`
    throw statusError('RequestEntityTooLarge', message)
  }
  const document = structuredClone(current)
  const failed = tryPatch(document, patch as readonly Json[])
  if (failed !== undefined) {
    throw statusError('Invalid', 'the server rejected our request due to an error in our request', {
      details: { causes: [{ reason: failed.name, message: failed.message }] },
      hint: 'Read the object again, and send operations that fit it.',
    })
  }
  return document
}

const operations = new Set<unknown>(['add', 'remove', 'replace', 'move', 'copy', 'test'])

/** Changes a document, and returns what did not fit it. */
function tryPatch(document: JsonObject, patch: readonly Json[]): Error | undefined {
  const isKnown = patch.every((each) => isFields(each) && operations.has(each['op']))
  if (!isKnown) return new TypeError(`Operations are ${[...operations].join(', ')}.`)
  try {
    let [copied, shifted] = [0, 0]
    for (const operation of structuredClone(patch) as unknown as Operation[]) {
      copied += copiedLength(document, operation)
      shifted += shiftedItems(document, operation)
      if (copied > MAX_COPIED)
        return new RangeError(`Copies have more than ${MAX_COPIED} characters.`)
      if (shifted > MAX_SHIFTED)
        return new RangeError(`Lists are shifted by more than ${MAX_SHIFTED} items.`)
      const failure =
        operation.op === 'test' ? testValue(document, operation) : applyOne(document, operation)
      if (failure) return failure
    }
    return undefined
  } catch (failure) {
    // A pointer that is none, or one that leads into what every object has.
    return failure instanceof Error ? failure : new Error(String(failure))
  }
}

function applyOne(document: JsonObject, operation: Operation): Error | undefined {
  return applyPatch(document, [operation])[0] ?? undefined
}

/** The library looks for the least difference, which takes the square of the length of a list. */
function testValue(document: JsonObject, { path, value }: TestOperation): Error | undefined {
  const found: unknown = Pointer.fromJSON(path).get(document)
  if (isDeepStrictEqual(found, value)) return undefined
  return Object.assign(new Error(`Test failed: ${path} is another value.`), { name: 'TestError' })
}

function copiedLength(document: JsonObject, operation: Operation): number {
  if (operation.op !== 'copy') return 0
  const source: unknown = Pointer.fromJSON(operation.from).get(document)
  return source === undefined ? 0 : JSON.stringify(source).length
}

/** Returns how many items of lists an operation may move to other places. */
function shiftedItems(document: JsonObject, operation: Operation): number {
  if (operation.op === 'test' || operation.op === 'replace') return 0
  const places = 'from' in operation ? [operation.from, operation.path] : [operation.path]
  const lengths = places.map((place) => {
    const list: unknown = Pointer.fromJSON(place.slice(0, place.lastIndexOf('/'))).get(document)
    return Array.isArray(list) && !place.endsWith('/-') ? list.length : 0
  })
  return Math.max(...lengths)
}
