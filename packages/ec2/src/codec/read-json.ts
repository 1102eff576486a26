import type { Element, Member, StructureShape, Value } from '../model/shape.ts'
import { RequestFormError } from './errors.ts'
import type { Fields } from './read-query.ts'

/** Source: the deepest requests of services in this protocol have some ten levels. */
const MOST_DEPTH = 32

/**
 * Returns what a document asks, by the shape of its action's input. What the shape does not know is left out, as AWS does: clients may be newer.
 *
 * @throws {@link RequestFormError} where it is no JSON, is too deep, or has a value that is none of its type.
 */
export function readJson(shape: StructureShape, text: string): Fields {
  const document: unknown = text.trim() === '' ? {} : parse(text)
  return readStructure(shape, document, { path: '', depth: 0 })
}

type Place = { readonly path: string; readonly depth: number }

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RequestFormError('SerializationException', 'The body is no JSON.')
  }
}

function readStructure(shape: StructureShape, document: unknown, place: Place): Fields {
  const given = asObject(document, place)
  const fields: Record<string, Value> = {}
  for (const member of shape.members) {
    const name = nameOf(member)
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value !== undefined && value !== null) {
      fields[member.name] = readValue(member, value, below(place, name))
    } else if (member.isRequired) {
      throw new RequestFormError(
        'ValidationException',
        `1 validation error detected: Value null at '${below(place, name).path}' failed to satisfy constraint: Member must not be null`,
      )
    }
  }
  return fields
}

function readValue({ shape, traits }: Element, given: unknown, place: Place): Value {
  if (place.depth > MOST_DEPTH) {
    throw new RequestFormError(
      'SerializationException',
      `The document is deeper than ${MOST_DEPTH}.`,
    )
  }
  if (shape.type === 'structure') return readStructure(shape, given, place)
  if (shape.type === 'list') {
    if (!Array.isArray(given)) throw wrong(place, 'list')
    return (given as readonly unknown[])
      .filter((each) => each !== null)
      .map((each, index) => readValue(shape.element, each, below(place, String(index + 1))))
  }
  if (shape.type === 'map') {
    const rows = Object.entries(asObject(given, place)).filter(([, each]) => each !== null)
    return Object.fromEntries(
      rows.map(([key, each]) => [key, readValue(shape.value, each, below(place, key))]),
    )
  }
  const value = readers[shape.type](given, traits.timestampFormat)
  if (value === undefined) throw wrong(place, shape.type)
  return value
}

type Read = (given: unknown, format: Element['traits']['timestampFormat']) => Value | undefined

const specialNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

const readers: Readonly<
  Record<'string' | 'boolean' | 'integer' | 'float' | 'timestamp' | 'blob', Read>
> = {
  string: (given) => (typeof given === 'string' ? given : undefined),
  boolean: (given) => (typeof given === 'boolean' ? given : undefined),
  integer: (given) => (Number.isSafeInteger(given) ? (given as number) : undefined),
  float: (given) => (typeof given === 'string' ? specialNumbers[given] : asNumber(given)),
  timestamp: (given, format) => {
    const isText = format === 'date-time' || format === 'http-date'
    const ms = isText && typeof given === 'string' ? Date.parse(given) : secondsToMs(given)
    return ms === undefined || Number.isNaN(new Date(ms).getTime()) ? undefined : new Date(ms)
  },
  blob: (given) =>
    typeof given === 'string' && BASE64.test(given) ? Buffer.from(given, 'base64') : undefined,
}

function asNumber(given: unknown): number | undefined {
  return typeof given === 'number' ? given : undefined
}

function secondsToMs(given: unknown): number | undefined {
  return typeof given === 'number' ? Math.round(given * 1000) : undefined
}

function asObject(given: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return given as Readonly<Record<string, unknown>>
  }
  throw wrong(place, 'structure')
}

/** The name of a member in JSON. */
export function nameOf({ name, traits }: Member): string {
  return traits.jsonName ?? name
}

function below({ path, depth }: Place, name: string): Place {
  return { path: `${path}${path === '' ? '' : '.'}${name}`, depth: depth + 1 }
}

function wrong({ path }: Place, type: string): RequestFormError {
  const where = path === '' ? 'The document' : `The value of ${path.slice(0, 100)}`
  return new RequestFormError('SerializationException', `${where} is no ${type}.`)
}
