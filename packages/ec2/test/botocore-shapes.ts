import { z } from 'zod'

import type {
  Element,
  Member,
  Shape,
  StructureShape,
  TimestampFormat,
  Traits,
} from '../src/model/shape.ts'

/** Shapes as botocore writes them, and as AWS's own deserializer of JavaScript takes them. */

const reference = z.object({
  shape: z.string(),
  locationName: z.string().optional(),
  queryName: z.string().optional(),
  flattened: z.boolean().optional(),
  xmlAttribute: z.boolean().optional(),
  idempotencyToken: z.boolean().optional(),
})
const shape = z.object({
  type: z.string(),
  required: z.array(z.string()).optional(),
  members: z.record(z.string(), reference).optional(),
  member: reference.optional(),
  key: reference.optional(),
  value: reference.optional(),
  timestampFormat: z.string().optional(),
})
export const botocoreShapes = z.record(z.string(), shape)
export type BotocoreShapes = z.infer<typeof botocoreShapes>
type Reference = z.infer<typeof reference>

const formats: Readonly<Record<string, TimestampFormat>> = {
  iso8601: 'date-time',
  rfc822: 'http-date',
  unixTimestamp: 'epoch-seconds',
}
const scalars: Readonly<Record<string, Extract<Shape['type'], string>>> = {
  string: 'string',
  boolean: 'boolean',
  integer: 'integer',
  long: 'integer',
  float: 'float',
  double: 'float',
  timestamp: 'timestamp',
  blob: 'blob',
}

/** Returns a structure of ours; one that is within itself is so here. */
export function structureOf(shapes: BotocoreShapes, name: string | undefined): StructureShape {
  const known = new Map<string, Shape>()
  const found = name === undefined ? undefined : shapeOf(shapes, name, known)
  return found?.type === 'structure' ? found : { type: 'structure', members: [] }
}

function shapeOf(shapes: BotocoreShapes, name: string, known: Map<string, Shape>): Shape {
  const before = known.get(name)
  if (before !== undefined) return before
  const described = shapes[name]
  if (described === undefined) throw new TypeError(`There is no shape ${name}.`)
  const elementOf = (at: Reference): Element => ({
    shape: shapeOf(shapes, at.shape, known),
    traits: traitsOf(shapes, at),
  })
  const { type, members = {}, required = [], member, key, value } = described
  if (type === 'structure') {
    const own: Member[] = []
    known.set(name, { type, members: own })
    for (const [memberName, at] of Object.entries(members)) {
      own.push({ name: memberName, isRequired: required.includes(memberName), ...elementOf(at) })
    }
  } else if (member !== undefined) {
    known.set(name, { type: 'list', element: elementOf(member) })
  } else if (key !== undefined && value !== undefined) {
    known.set(name, { type: 'map', key: elementOf(key), value: elementOf(value) })
  } else {
    known.set(name, { type: scalars[type] } as Shape)
  }
  return shapeOf(shapes, name, known)
}

function traitsOf(shapes: BotocoreShapes, at: Reference): Traits {
  const format = formats[shapes[at.shape]?.timestampFormat ?? '']
  return {
    ...(at.locationName !== undefined && { xmlName: at.locationName }),
    ...(at.queryName !== undefined && { ec2QueryName: at.queryName }),
    ...(at.flattened === true && { xmlFlattened: true }),
    ...(at.xmlAttribute === true && { xmlAttribute: true }),
    ...(format !== undefined && { timestampFormat: format }),
  }
}

/** Numbers by which AWS's deserializer knows scalars; source: `@smithy/types`, its schema sentinels. */
const sentinels: Readonly<Record<string, number>> = {
  string: 0,
  integer: 1,
  float: 1,
  boolean: 2,
  timestamp: 4,
  blob: 21,
}
const timestampSentinels: Readonly<Record<TimestampFormat, number>> = {
  'date-time': 5,
  'http-date': 6,
  'epoch-seconds': 7,
}

/** Returns the same as AWS's deserializer takes it. */
export function awsSchemaOf(shapeOfOurs: Shape, known = new Map<Shape, unknown[]>()): unknown {
  const before = known.get(shapeOfOurs)
  if (before !== undefined) return before
  const elementOf = ({ shape: inner, traits }: Element): unknown => {
    const { timestampFormat, xmlName, xmlFlattened, xmlAttribute } = traits
    const own =
      timestampFormat === undefined
        ? () => awsSchemaOf(inner, known)
        : timestampSentinels[timestampFormat]
    const target = typeof own === 'function' && inner.type in sentinels ? own() : own
    return [
      target,
      {
        ...(xmlName !== undefined && { xmlName }),
        ...(xmlFlattened === true && { xmlFlattened: 1 }),
        ...(xmlAttribute === true && { xmlAttribute: 1 }),
      },
    ]
  }
  if (shapeOfOurs.type === 'structure') {
    const schema: unknown[] = [3, 'test', 'Structure', 0, [], []]
    known.set(shapeOfOurs, schema)
    schema[4] = shapeOfOurs.members.map(({ name }) => name)
    schema[5] = shapeOfOurs.members.map(elementOf)
    return schema
  }
  if (shapeOfOurs.type === 'list') {
    const schema: unknown[] = [1, 'test', 'List', 0, undefined]
    known.set(shapeOfOurs, schema)
    schema[4] = elementOf(shapeOfOurs.element)
    return schema
  }
  if (shapeOfOurs.type === 'map') {
    const schema: unknown[] = [2, 'test', 'Map', 0, undefined, undefined]
    known.set(shapeOfOurs, schema)
    schema[4] = elementOf(shapeOfOurs.key)
    schema[5] = elementOf(shapeOfOurs.value)
    return schema
  }
  return sentinels[shapeOfOurs.type]
}
