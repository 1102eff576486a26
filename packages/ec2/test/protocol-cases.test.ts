import { XmlShapeDeserializer } from '@aws-sdk/core/protocols'
import { expect, test } from 'vitest'

import { wrapAnswer, wrapError } from '../src/codec/envelope.ts'
import { growQueryTree } from '../src/codec/query-tree.ts'
import { readQuery, type Fields, type QueryDialect } from '../src/codec/read-query.ts'
import { createXmlWriter } from '../src/codec/write-xml.ts'
import type { Member, Shape, StructureShape, Value } from '../src/model/shape.ts'
import { areCasesThere, casesOf, plainOf, valueOf, type AwsCase } from './aws-cases.ts'
import { awsSchemaOf, structureOf } from './botocore-shapes.ts'

/** AWS's own cases of its two protocols of forms: what clients send is read as what they were given, and what is written is read by AWS's deserializer. */

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

type Case = AwsCase & { readonly dialect: QueryDialect }

function formCases(direction: 'input' | 'output'): readonly Case[] {
  return (['ec2', 'query'] as const).flatMap((dialect) =>
    casesOf(direction, dialect).map((each) => ({ ...each, dialect })),
  )
}

const inputs = formCases('input').filter(({ id }) => ofClients[id] === undefined)
const outputs = formCases('output')

test('all cases of AWS are here but those of clients', (context) => {
  if (!areCasesThere) context.skip('AWS’s cases are not beside this repository')
  expect(inputs.length + outputs.length).toBe(125)
})

test.runIf(areCasesThere).each(inputs)('$id: what a client sends is read', (each) => {
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

test.runIf(areCasesThere).each(answers)(
  '$id: what is written, AWS’s deserializer reads',
  (each) => {
    const { given, shapes, dialect, result = {} } = each
    const shape = structureOf(shapes, given.output?.shape)
    const fields = valueOf(shape, result) as Fields
    const envelope = { ...around, dialect, action: given.name }
    const xml = wrapAnswer(envelope, createXmlWriter(shape)(fields))
    const read = deserialize(shape, xml, dialect === 'query' ? `${given.name}Result` : undefined)
    expect(plainOf(read)).toEqual(plainOf(fields))
  },
)

test.runIf(areCasesThere).each(failures)('$id: an error is read with all that it has', (each) => {
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
