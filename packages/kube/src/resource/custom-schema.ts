import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv'

import { fieldsOf, isFields, type Json, type JsonObject } from '../json.ts'
import type { Cause } from '../status-error.ts'
import { invalidValue, required } from './resource-type.ts'

/** What a custom resource has to be. */
export type CustomSchema = {
  /** Returns an object without the fields that the schema does not have, and their paths. */
  readonly prune: (value: JsonObject) => {
    readonly value: JsonObject
    readonly unknown: readonly string[]
  }
  /** Returns an object with the schema's defaults. */
  readonly setDefaults: (value: JsonObject) => JsonObject
  readonly validate: (value: JsonObject) => readonly Cause[]
}

/** Returns what a structural schema of OpenAPI v3 says; throws where it is no schema. */
export function compileSchema(schema: JsonObject): CustomSchema {
  const source = toJsonSchema(schema) as SchemaObject
  compilers ??= { checking: new Ajv(options), filling: new Ajv({ ...options, useDefaults: true }) }
  const check = compile(compilers.checking, source)
  // Most schemas have no defaults: then what comes is what is kept, without a copy.
  const fill = hasDefaults(schema) ? compile(compilers.filling, source) : undefined
  return {
    prune: (value) => {
      const unknown: string[] = []
      const pruned = prune(value, schema, { path: '', unknown })
      return { value: fieldsOf(pruned), unknown }
    },
    setDefaults: (value) => {
      if (fill === undefined) return value
      const copy = structuredClone(value)
      fill(copy)
      return copy
    },
    validate: (value) => (check(value) ? [] : (check.errors ?? []).map(errorToCause)),
  }
}

function hasDefaults(schema: Json): boolean {
  if (Array.isArray(schema)) return (schema as readonly Json[]).some(hasDefaults)
  if (!isFields(schema)) return false
  return 'default' in schema || Object.values(schema).some(hasDefaults)
}

const options = { strict: false, allErrors: true, validateFormats: false } as const

/** What a compiler knows of JSON Schema itself takes it longer than a schema of ours does: there is one of each. */
let compilers: { readonly checking: Ajv; readonly filling: Ajv } | undefined

/** A schema is told once: the compiler keeps nothing of it. */
function compile(compiler: Ajv, source: SchemaObject): ValidateFunction {
  try {
    return compiler.compile(source)
  } finally {
    compiler.removeSchema(source)
  }
}

/** What OpenAPI says otherwise than JSON Schema: null, and values that are an int or a text. */
function toJsonSchema(schema: JsonObject): Json {
  const { nullable, type, ...rest } = schema
  const inner = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => {
      if (key === 'properties' || key === 'definitions') return [key, mapValues(fieldsOf(value))]
      if (key === 'default' || key === 'enum') return [key, value]
      if (Array.isArray(value)) return [key, (value as readonly Json[]).map(toSchema)]
      return [key, toSchema(value)]
    }),
  )
  const types = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : type
  if (types === undefined) return inner
  return { ...inner, type: nullable === true ? [types, 'null'].flat() : types }
}

function toSchema(value: Json): Json {
  return isFields(value) ? toJsonSchema(value) : value
}

function mapValues(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, toSchema(value)]))
}

type PrunePlace = { readonly path: string; readonly unknown: string[] }

/** Fields that every object has, whatever its schema says. */
const always = new Set(['apiVersion', 'kind', 'metadata'])

function prune(value: Json, schema: JsonObject, place: PrunePlace): Json {
  if (Array.isArray(value)) {
    const items = fieldsOf(schema['items'])
    return (value as readonly Json[]).map((item) => prune(item, items, place))
  }
  if (!isFields(value)) return value
  const properties = fieldsOf(schema['properties'])
  const additional = schema['additionalProperties']
  const keepsAll = schema['x-kubernetes-preserve-unknown-fields'] === true || additional === true
  const entries = Object.entries(value).flatMap(([key, inner]): (readonly [string, Json])[] => {
    const path = place.path === '' ? key : `${place.path}.${key}`
    if (place.path === '' && always.has(key)) return [[key, inner]]
    const known = Object.hasOwn(properties, key) ? properties[key] : additional
    if (isFields(known)) return [[key, prune(inner, known, { ...place, path })]]
    if (keepsAll) return [[key, inner]]
    place.unknown.push(path)
    return []
  })
  return Object.fromEntries(entries)
}

function errorToCause({ instancePath, keyword, params, message = 'is wrong' }: ErrorObject): Cause {
  const field = instancePath.slice(1).replaceAll('/', '.')
  const missing: unknown = params['missingProperty']
  if (keyword === 'required') return required([field, String(missing)].filter(Boolean).join('.'))
  return invalidValue(field, undefined, `${field} ${message}`)
}
