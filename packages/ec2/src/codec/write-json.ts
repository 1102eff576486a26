import type { Element, StructureShape, TimestampFormat, Value } from '../model/shape.ts'
import { AnswerFormError } from './errors.ts'
import { nameOf } from './read-json.ts'
import type { Fields } from './read-query.ts'

/**
 * Returns the members of a structure as a document of JSON.
 *
 * @throws {@link AnswerFormError} where what is written is no value of the shape.
 */
export function writeJson(shape: StructureShape, fields: Fields): string {
  return JSON.stringify(structureToJson(shape, fields, ''))
}

function structureToJson(shape: StructureShape, value: Value, path: string): object {
  const fields = asFields(value, path)
  return Object.fromEntries(
    shape.members.flatMap((member) => {
      const own = fields[member.name]
      if (own === undefined || own === null) return []
      return [[nameOf(member), toJson(member, own, `${path}.${member.name}`)]]
    }),
  )
}

function toJson({ shape, traits }: Element, value: Value, path: string): unknown {
  if (shape.type === 'structure') return structureToJson(shape, value, path)
  if (shape.type === 'list') {
    if (!Array.isArray(value)) throw new AnswerFormError(path, 'no list')
    return (value as readonly Value[]).map((each) => toJson(shape.element, each, path))
  }
  if (shape.type === 'map') {
    return Object.fromEntries(
      Object.entries(asFields(value, path)).flatMap(([key, each]) =>
        each === undefined ? [] : [[key, toJson(shape.value, each, path)]],
      ),
    )
  }
  const written = writers[shape.type](value, traits.timestampFormat)
  if (written === undefined) throw new AnswerFormError(path, `no ${shape.type}`)
  return written
}

type Write = (value: Value, format: TimestampFormat | undefined) => unknown

const writers: Readonly<
  Record<'string' | 'boolean' | 'integer' | 'float' | 'timestamp' | 'blob', Write>
> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  integer: (value) => (typeof value === 'number' ? value : undefined),
  float: (value) => {
    if (typeof value !== 'number') return undefined
    return Number.isFinite(value) ? value : String(value)
  },
  timestamp: (value, format) => {
    if (!(value instanceof Date)) return undefined
    if (format === 'date-time') return value.toISOString()
    return format === 'http-date' ? value.toUTCString() : value.getTime() / 1000
  },
  blob: (value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : undefined,
}

function asFields(value: Value, path: string): Fields {
  const isFields =
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  if (!isFields) throw new AnswerFormError(path, 'no structure')
  return value as Fields
}
