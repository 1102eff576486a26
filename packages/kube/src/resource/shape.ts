import { isFields, type Json, type JsonObject } from '../json.ts'
import { shapes } from './generated/shapes.ts'
import type { Decoded } from './resource-type.ts'

type Findings = { readonly unknown: string[]; readonly wrong: string[] }

/**
 * Returns a value with the fields that a type of the official client has; the others, and null, are left out. Quantities and
 * whatever is an int or a text pass as they are.
 */
export function decodeShape(type: string, value: JsonObject): Decoded {
  const findings: Findings = { unknown: [], wrong: [] }
  const decoded = decodeFields(value, { type, path: '', findings })
  return { value: decoded, ...findings }
}

type Place = { readonly type: string; readonly path: string; readonly findings: Findings }

function decodeFields(value: JsonObject, { type, path, findings }: Place): JsonObject {
  const shape = shapes[type] ?? {}
  const entries = Object.entries(value).flatMap(([field, inner]): (readonly [string, Json])[] => {
    const fieldPath = path === '' ? field : `${path}.${field}`
    const fieldType = Object.hasOwn(shape, field) ? shape[field] : undefined
    if (fieldType === undefined) findings.unknown.push(fieldPath)
    if (fieldType === undefined || inner === null) return []
    return [[field, decodeValue(inner, { type: fieldType, path: fieldPath, findings })]]
  })
  return Object.fromEntries(entries)
}

function decodeValue(value: Json, place: Place): Json {
  const { type, path, findings } = place
  const item = /^Array<(.+)>$/.exec(type)?.[1]
  if (item !== undefined) {
    if (!Array.isArray(value)) return refuse(value, place)
    const items = value as readonly Json[]
    return items.map((inner, index) =>
      decodeValue(inner, { type: item, path: `${path}[${index}]`, findings }),
    )
  }
  const entry = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1]
  if (entry !== undefined) {
    if (!isFields(value)) return refuse(value, place)
    const decode = ([key, inner]: readonly [string, Json]) =>
      [key, decodeValue(inner, { type: entry, path: `${path}.${key}`, findings })] as const
    return Object.fromEntries(Object.entries(value).map(decode))
  }
  if (shapes[type] === undefined) return decodeScalar(value, place)
  return isFields(value) ? decodeFields(value, place) : refuse(value, place)
}

/** The only numbers of Kubernetes' types that may have a fraction; clients in Go refuse a list with any other. */
const fractions = /\.(maximum|minimum|multipleOf)$/

const quantities = /\.(requests|limits|capacity|allocatable|overhead)\./

function decodeScalar(value: Json, place: Place): Json {
  const { type, path } = place
  if (type === 'any') return value
  // A quantity may be written as a number.
  if (type === 'string' && typeof value === 'number' && quantities.test(path)) return String(value)
  const isWhole = Number.isSafeInteger(value) || (fractions.test(path) && typeof value === 'number')
  const isText = typeof value === 'string'
  const isFit =
    { number: isWhole, boolean: typeof value === 'boolean', IntOrString: isWhole || isText }[
      type
    ] ?? isText
  return isFit ? value : refuse(value, place)
}

function refuse(value: Json, { type, path, findings }: Place): Json {
  const found = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  findings.wrong.push(`cannot unmarshal ${found} into field ${path} of type ${type}`)
  return value
}
