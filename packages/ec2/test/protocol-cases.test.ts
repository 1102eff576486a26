import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { XmlShapeDeserializer } from '@aws-sdk/core/protocols'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { wrapAnswer, wrapError } from '../src/codec/envelope.ts'
import { growQueryTree } from '../src/codec/query-tree.ts'
import { readQuery, type Fields, type QueryDialect } from '../src/codec/read-query.ts'
import { createXmlWriter } from '../src/codec/write-xml.ts'
import type { Member, Shape, StructureShape, Value } from '../src/model/shape.ts'
import { awsSchemaOf, botocoreShapes, structureOf } from './botocore-shapes.ts'

/** AWS's own cases of its two protocols of forms: what clients send is read as what they were given, and what is written is read by AWS's deserializer. */

const folder = join(import.meta.dirname, '../../../../shared/suites/ec2/botocore')
const isThere = existsSync(folder)

/** What only a client can get wrong. */
const ofClients: Readonly<Record<string, string>> = {
  Ec2ProtocolIdempotencyTokenAutoFill: 'it makes up the token',
  QueryProtocolIdempotencyTokenAutoFill: 'it makes up the token',
  Ec2EmptyQueryLists: 'an empty list cannot be told from none',
  EmptyQueryLists: 'an empty list cannot be told from none',
  QueryEmptyQueryMaps: 'an empty map cannot be told from none',
  SDKAppliedContentEncoding_awsQuery: 'it compresses, and no body is given',
  SDKAppliedContentEncoding_ec2Query: 'it compresses, and no body is given',
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery: 'it compresses, and no body is given',
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query: 'it compresses, and no body is given',
}

const json = z.record(z.string(), z.unknown())
const place = z.object({ shape: z.string() }).optional()
const suite = z.array(
  z.object({
    shapes: botocoreShapes,
    cases: z.array(
      z.object({
        id: z.string(),
        given: z.object({
          name: z.string(),
          input: place,
          output: place,
          errors: z.array(z.object({ shape: z.string() })).optional(),
        }),
        params: json.optional(),
        serialized: z.object({ body: z.string().optional() }).optional(),
        result: json.optional(),
        error: json.optional(),
        errorCode: z.string().optional(),
        errorMessage: z.string().optional(),
      }),
    ),
  }),
)

type Case = z.infer<typeof suite>[number]['cases'][number] & {
  readonly shapes: z.infer<typeof botocoreShapes>
  readonly dialect: QueryDialect
}

function casesOf(direction: 'input' | 'output'): readonly Case[] {
  if (!isThere) return []
  return (['ec2', 'query'] as const).flatMap((dialect) => {
    const text = readFileSync(join(folder, direction, `${dialect}.json`), 'utf8')
    return suite
      .parse(JSON.parse(text))
      .flatMap(({ shapes, cases }) => cases.map((each) => ({ ...each, shapes, dialect })))
  })
}

const inputs = casesOf('input').filter(({ id }) => ofClients[id] === undefined)
const outputs = casesOf('output')

test('all cases of AWS are here but those of clients', (context) => {
  if (!isThere) context.skip('AWS’s cases are not beside this repository')
  expect(inputs.length + outputs.length).toBe(125)
})

test.runIf(isThere).each(inputs)('$id: what a client sends is read', (each) => {
  const { given, shapes, dialect, params, serialized } = each
  const form = new URLSearchParams(serialized?.body)
  form.delete('Action')
  form.delete('Version')
  const shape = structureOf(shapes, given.input?.shape)
  const fields = readQuery(shape, growQueryTree(form), dialect)
  expect(plainOf(fields)).toEqual(params)
})

const answers = outputs.filter(({ error }) => error === undefined)
const failures = outputs.filter(({ error }) => error !== undefined)
const around = { namespace: 'https://example.com/', requestId: 'requestid' }

test.runIf(isThere).each(answers)('$id: what is written, AWS’s deserializer reads', (each) => {
  const { given, shapes, dialect, result = {} } = each
  const shape = structureOf(shapes, given.output?.shape)
  const fields = valueOf(shape, result) as Fields
  const envelope = { ...around, dialect, action: given.name }
  const xml = wrapAnswer(envelope, createXmlWriter(shape)(fields))
  const read = deserialize(shape, xml, dialect === 'query' ? `${given.name}Result` : undefined)
  expect(plainOf(read)).toEqual(plainOf(fields))
})

test.runIf(isThere).each(failures)('$id: an error is read with all that it has', (each) => {
  const { given, shapes, dialect, error = {}, errorCode = '', errorMessage = 'Hi' } = each
  const { Message: _, ...members } = error
  const own = structureOf(shapes, given.errors?.[0]?.shape)
  const written = createXmlWriter(own)(valueOf(own, members) as Fields)
  const told = { awsCode: errorCode, message: errorMessage, isSenders: true }
  const xml = wrapError({ ...around, dialect }, told, written)
  const text: Member = { name: 'Code', shape: { type: 'string' }, traits: {}, isRequired: false }
  const rest = own.members.filter(({ name }) => name !== 'Message')
  const inner: Shape = { type: 'structure', members: [text, { ...text, name: 'Message' }, ...rest] }
  const within = (name: string, shape: Shape): StructureShape => ({
    type: 'structure',
    members: [{ name, shape, traits: {}, isRequired: false }],
  })
  const failed = within('Error', inner)
  const read = deserialize(dialect === 'ec2' ? within('Errors', failed) : failed, xml)
  const expected = { Error: { Code: errorCode, Message: errorMessage, ...members } }
  expect(plainOf(read)).toEqual(dialect === 'ec2' ? { Errors: expected } : expected)
})

/** What AWS's deserializer of JavaScript makes of XML. */
function deserialize(shape: StructureShape, xml: string, key?: string): Value {
  const settings = {
    timestampFormat: { default: 5, useTrait: true },
    xmlNamespace: '',
    serviceNamespace: 'test',
    httpBindings: false,
  }
  const deserializer = new XmlShapeDeserializer(settings as never)
  const read: unknown = deserializer.read(awsSchemaOf(shape) as never, Buffer.from(xml), key)
  return (read ?? {}) as Value
}

/** Returns the value that a result says: moments are seconds there, bytes text. */
function valueOf(shape: Shape, result: unknown): Value {
  if (shape.type === 'list')
    return (result as unknown[]).map((each) => valueOf(shape.element.shape, each))
  if (shape.type === 'timestamp') return new Date(Number(result) * 1000)
  if (shape.type === 'blob') return Buffer.from(String(result))
  if (shape.type === 'float' && typeof result === 'string') return Number(result)
  if (shape.type !== 'structure' && shape.type !== 'map') return result as Value
  const inner = (name: string): Shape =>
    shape.type === 'map'
      ? shape.value.shape
      : (shape.members.find((member) => member.name === name)?.shape ?? { type: 'string' })
  return Object.fromEntries(
    Object.entries(result as object).map(([name, each]) => [name, valueOf(inner(name), each)]),
  )
}

/** The same as JSON says it. */
function plainOf(value: Value | undefined): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, plainOf(each as Value)]),
  )
}
