import type { Json, JsonObject } from '../json.ts'
import type { KubeObject } from '../object.ts'
import { statusError, type Cause, type StatusDetails, type StatusError } from '../status-error.ts'

/** Something below an object that is asked for by itself. */
export type Subresource = {
  readonly name: string
  readonly kind: string
  /** Group and version of that kind where they are not those of the resource. */
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
}

/** A column of what `kubectl get` prints. */
export type Column = {
  readonly name: string
  readonly type: 'string' | 'integer' | 'date' | 'number' | 'boolean'
  readonly format?: string
  readonly description: string
  /** 0 always, 1 with `-o wide`. */
  readonly priority: 0 | 1
  readonly cell: (object: KubeObject, nowMs: number) => Json
}

/** What is wrong with an object. */
export type Validate = (object: KubeObject, current: KubeObject | undefined) => readonly Cause[]

/** Unknown fields taken away, with what was found. */
export type Decoded = {
  readonly value: JsonObject
  /** Paths of fields that the type does not have. */
  readonly unknown: readonly string[]
  /** What cannot be decoded, in words. */
  readonly wrong: readonly string[]
}

/** A kind that the server serves: one row of its table. */
export type ResourceType = {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly isNamespaced: boolean
  /** Whether `status` is written by its subresource alone. */
  readonly hasStatus: boolean
  /** Whether `metadata.generation` counts changes of the specification. */
  readonly hasGeneration: boolean
  readonly subresources: readonly Subresource[]
  /** What field selectors may name, beside metadata.name and metadata.namespace; a missing field is the empty text. */
  readonly selectable: Readonly<Record<string, (object: KubeObject) => string>>
  readonly columns: readonly Column[]
  readonly decode: (value: JsonObject) => Decoded
  /** Fills in what was left out. */
  readonly setDefaults: (object: KubeObject) => KubeObject
  readonly validate: Validate
  /** Lists that strategic merge patches merge by a key; none where the kind takes no such patches. */
  readonly mergesStrategically: boolean
  /** Seconds that an object has to end in; nothing where it goes at once. */
  readonly graceSeconds?: (object: KubeObject) => number
  /** Returns all objects of a kind that is not stored, and only read. */
  readonly listVirtual?: () => readonly KubeObject[]
  /** What else changes when its end is asked for. */
  readonly markDeleted?: (object: KubeObject) => KubeObject
}

/** Returns how the store, authorisation and messages name a resource, e.g. `pods`, `leases.coordination.k8s.io`. */
export function groupResource({ plural, group }: Pick<ResourceType, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`
}

/** Returns the `apiVersion` of a group's version, e.g. `v1`, `coordination.k8s.io/v1`. */
export function apiVersionOf({ group, version }: Pick<ResourceType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`
}

/** What a refusal says about an object of a type. */
export function detailsOf(type: ResourceType, name: string): StatusDetails {
  return type.group === ''
    ? { name, kind: type.plural }
    : { name, group: type.group, kind: type.plural }
}

/** Returns the refusal of what is not there. */
export function notFound(type: ResourceType, name: string): StatusError {
  const details = detailsOf(type, name)
  return statusError('NotFound', `${groupResource(type)} "${name}" not found`, { details })
}

/** Returns the refusal of a write that is not about what is there. */
export function conflict(type: ResourceType, name: string, why: string): StatusError {
  const what = `${groupResource(type)} "${name}"`
  return statusError('Conflict', `Operation cannot be fulfilled on ${what}: ${why}`, {
    details: detailsOf(type, name),
    hint: 'Read it again, and repeat the change on what it is now.',
  })
}

/** What a refusal tells of what is wrong: a body of a million faults would have an answer a hundred times its size. */
const MAX_TOLD = 100

/** Returns the first of many faults, and as the last one how many others there are. */
export function firstOf<Fault>(
  faults: readonly Fault[],
  summarize: (text: string) => Fault,
): readonly Fault[] {
  const left = faults.length - MAX_TOLD
  return left > 0 ? [...faults.slice(0, MAX_TOLD), summarize(`${left} more are not told`)] : faults
}

/** Returns the refusal of an object with wrong fields; all of them at once, where they are not too many. */
export function invalid(type: ResourceType, name: string, wrong: readonly Cause[]): StatusError {
  const { kind, group } = type
  const causes = firstOf<Cause>(wrong, (message) => ({ reason: 'FieldValueInvalid', message }))
  const lines = causes.map(({ field, message }) => (field ? `${field}: ${message}` : message))
  const what = group === '' ? kind : `${kind}.${group}`
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  const details = { name, ...(group === '' ? {} : { group }), kind, causes }
  return statusError('Invalid', `${what} "${name}" is invalid: ${text}`, { details })
}

/** Returns the cause of a field that is needed and not there. */
export function required(field: string, why = ''): Cause {
  const message = why === '' ? 'Required value' : `Required value: ${why}`
  return { reason: 'FieldValueRequired', message, field }
}

/** Returns the cause of a field whose value is wrong. */
export function invalidValue(field: string, value: unknown, why: string): Cause {
  const message = `Invalid value: ${JSON.stringify(value)}: ${why}`
  return { reason: 'FieldValueInvalid', message, field }
}

/** Returns the cause of a field that may not be set so. */
export function forbidden(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field }
}
