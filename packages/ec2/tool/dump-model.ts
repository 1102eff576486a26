import { NormalizedSchema } from '@smithy/core/schema'

import type {
  ElementDocument,
  MemberDocument,
  ModelDocument,
  ShapeDocument,
} from '../src/model/service-model.ts'
import type { Traits } from '../src/model/shape.ts'

/** What a client package of AWS exports. */
export type AwsClient = object

/** Which part of a service is served. */
export type Wanted = {
  readonly version: string
  readonly namespace: string
  readonly actions: readonly string[]
}

/** Numbers with a fraction: AWS's schemas of JavaScript tell them from whole ones nowhere. Source: the API references. */
const fractional = /^((MemoryGiBPerVCpu|TotalLocalStorageGB)(Request)?|ServiceQuota)$/

/** Returns what the schemas of a client package say of the actions that are served, and the names of all others. */
export function dumpModel(
  client: AwsClient,
  { version, namespace, actions }: Wanted,
): ModelDocument {
  const found = operationsOf(client)
  const absent = actions.filter((name) => !found.has(name))
  if (absent.length > 0) throw new TypeError(`AWS has no ${absent.join(', ')}.`)
  const dumping = new Dumping()
  const operations = actions.toSorted().map((name) => {
    const [input, output] = found.get(name) ?? []
    return [name, dumping.place(input), dumping.place(output)] as const
  })
  const served = new Set(actions)
  return {
    version,
    namespace,
    operations,
    unserved: [...found.keys()].filter((name) => !served.has(name)).toSorted(),
    shapes: dumping.shapes,
  }
}

/** A schema of an operation begins with 9: source `@smithy/types`, its static schemas. */
const OPERATION = 9

type Schemas = readonly [input: NormalizedSchema, output: NormalizedSchema]

function operationsOf(client: AwsClient): ReadonlyMap<string, Schemas> {
  const found = Object.values(client).flatMap((each) => {
    if (!Array.isArray(each) || each[0] !== OPERATION) return []
    const [, , name, , input, output] = each as readonly unknown[]
    const schemas = [input, output].map((schema) => NormalizedSchema.of(schema as never))
    return [[String(name), schemas as unknown as Schemas] as const]
  })
  return new Map(found)
}

class Dumping {
  readonly shapes: ShapeDocument[] = []
  readonly #places = new Map<unknown, number>()

  place(schema: NormalizedSchema | undefined, isFraction = false): number {
    if (schema === undefined || schema.isUnitSchema()) return this.#add('unit', { members: [] })
    if (schema.isStructSchema()) return this.#structure(schema)
    if (schema.isListSchema()) {
      const key = schema.getSchema()
      const known = this.#places.get(key)
      if (known !== undefined) return known
      const place = this.#add(key, { element: [0] })
      this.shapes[place] = { element: this.#element(schema.getValueSchema()) }
      return place
    }
    if (schema.isMapSchema()) return this.#map(schema)
    const type = scalarOf(schema, isFraction)
    return this.#add(type, type)
  }

  #structure(schema: NormalizedSchema): number {
    const key = schema.getSchema()
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const place = this.#add(key, { members: [] })
    const isFraction = fractional.test(schema.getName() ?? '')
    const required = requiredOf(key)
    const members = [...schema.structIterator()].map(([name, member], at): MemberDocument => {
      const traits = traitsOf(member, name)
      const shape = this.place(member, isFraction)
      if (at < required) return [name, shape, traits ?? 0, 1]
      return traits === undefined ? [name, shape] : [name, shape, traits]
    })
    this.shapes[place] = { members }
    return place
  }

  #map(schema: NormalizedSchema): number {
    const key = schema.getSchema()
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const place = this.#add(key, { key: [0], value: [0] })
    const [own, value] = [schema.getKeySchema(), schema.getValueSchema()].map((each) =>
      this.#element(each),
    )
    this.shapes[place] = { key: own ?? [0], value: value ?? [0] }
    return place
  }

  #element(schema: NormalizedSchema): ElementDocument {
    const { xmlName } = schema.getMergedTraits() as { readonly xmlName?: string }
    const place = this.place(schema)
    return xmlName === undefined ? [place] : [place, { xmlName }]
  }

  #add(key: unknown, shape: ShapeDocument): number {
    const known = this.#places.get(key)
    if (known !== undefined) return known
    this.shapes.push(shape)
    this.#places.set(key, this.shapes.length - 1)
    return this.shapes.length - 1
  }
}

/** The members that have to be there come first, and their count last: source `@smithy/types`, its static structure schema. */
function requiredOf(schema: unknown): number {
  const count: unknown = Array.isArray(schema) ? schema[6] : undefined
  return typeof count === 'number' ? count : 0
}

function scalarOf(schema: NormalizedSchema, isFraction: boolean) {
  if (schema.isBooleanSchema()) return 'boolean'
  if (schema.isTimestampSchema()) return 'timestamp'
  if (schema.isBlobSchema()) return 'blob'
  if (schema.isNumericSchema()) return isFraction ? 'float' : 'integer'
  if (schema.isStringSchema()) return 'string'
  throw new TypeError(`${schema.getName(true)} is of a kind that no service had.`)
}

type AwsTraits = {
  readonly xmlName?: string
  readonly ec2QueryName?: string
  readonly idempotencyToken?: number
}

/** A name on the wire that follows from the others is left out. */
function traitsOf(schema: NormalizedSchema, name: string): Traits | undefined {
  const { xmlName, ec2QueryName, idempotencyToken } = schema.getMergedTraits() as AwsTraits
  const usual = xmlName ?? name
  const isUsual = ec2QueryName === `${usual.charAt(0).toUpperCase()}${usual.slice(1)}`
  const traits = {
    ...(xmlName !== undefined && xmlName !== name && { xmlName }),
    ...(ec2QueryName !== undefined && !isUsual && { ec2QueryName }),
    ...(idempotencyToken === 1 && { idempotencyToken: true }),
  }
  return Object.keys(traits).length === 0 ? undefined : traits
}
